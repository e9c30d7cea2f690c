-- From the month in which a customer is known to the running one, and every month in which anything is booked on him. What no
-- source brings is null: it is not known to be zero.
with known as (
    select customers.customer_key, months.month_start
    from {{ ref('dim_customers') }} as customers
    inner join {{ ref('int_months') }} as months on months.month_as_of_date >= customers.known_since_date
    where customers.customer_key <> 'unassigned'
),

recurring as (
    select customer_key, period_start as month_start, closing_amount
    from {{ ref('int_recurring_customer_periods') }}
    where period_grain = 'month'
),

spine as (
    select customer_key, month_start from known
    union
    select customer_key, month_start from {{ ref('int_customer_month_amounts') }}
    union
    select customer_key, month_start from {{ ref('int_customer_service_months') }}
    union
    select customer_key, month_start from recurring
),

final as (
    select
        spine.customer_key,
        spine.month_start,
        coalesce(attributes.owner_id, 'unassigned') as owner_id,
        coalesce(attributes.region, 'unknown') as region,
        coalesce(attributes.customer_type, 'unassigned') as customer_type,
        coalesce(attributes.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(tiers.tier, 'unranked') as tier,
        {{ as_flag('at_start.customer_key is not null') }} as is_active_at_start,
        {{ as_flag('at_end.customer_key is not null') }} as is_active_at_end,
        {{ if_revenue('coalesce(amounts.net_revenue, 0)') }} as net_revenue,
        coalesce(amounts.revenue_basis, bases.revenue_basis) as revenue_basis,
        {{ if_goods_cost('coalesce(amounts.cogs_amount, 0)') }} as cogs_amount,
        {{ if_margin('coalesce(amounts.gross_margin, 0)') }} as gross_margin,
        cast(case when bases.has_selling_costs or bases.has_marketing_costs then coalesce(amounts.direct_cost_amount, 0) end as decimal(18, 2))
            as direct_cost_amount,
        {%- for column, record in [('service_cost_amount', 'hour_costs'), ('cost_to_serve', 'service_costs')] %}
        cast(case when bases.has_{{ record }} then coalesce(amounts.{{ column }}, 0) end as decimal(18, 2)) as {{ column }},
        {%- endfor %}
        {{ if_margin('coalesce(amounts.contribution_profit, 0)') }} as contribution_profit,
        {%- for column, record, type in [
            ('order_count', 'purchases', 'bigint'), ('order_days', 'purchases', 'bigint'), ('invoice_count', 'invoices', 'bigint'),
            ('order_net_amount', 'purchases', 'decimal(18, 2)'), ('billed_gross_amount', 'invoices', 'decimal(18, 2)'),
        ] %}
        {{ if_brought(record, 'amounts.' ~ column, type) }} as {{ column }},
        {%- endfor %}
        {{ if_payments('coalesce(amounts.collected_amount, 0)') }} as collected_amount,
        {%- for column, record, type in [
            ('ticket_count', 'tickets', 'bigint'), ('complaint_count', 'complaints', 'bigint'), ('contact_count', 'contacts', 'bigint'),
            ('follow_up_count', 'activities', 'bigint'), ('service_minutes', 'service_time', 'decimal(18, 4)'),
        ] %}
        {{ if_brought(record, 'service.' ~ column, type) }} as {{ column }},
        {%- endfor %}
        {%- for column in ['receivable_opening', 'receivable_closing'] %}
        {{ if_payments('coalesce(amounts.' ~ column ~ ', 0)') }} as {{ column }},
        {%- endfor %}
        {%- for column in ['open_items_closing', 'overdue_closing'] %}
        {{ if_applications('coalesce(amounts.' ~ column ~ ', 0)') }} as {{ column }},
        {%- endfor %}
        {{ if_brought('contracts', 'recurring.closing_amount', 'decimal(18, 2)') }} as recurring_revenue_closing
    from spine
    cross join {{ ref('int_profit_bases') }} as bases
    cross join {{ ref('int_brought') }} as brought
    inner join {{ ref('int_months') }} as months on months.month_start = spine.month_start
    {{ join_history('attributes', 'spine', 'months.month_as_of_date') }}
    {{ join_spells('at_start', 'spine', 'months.day_before') }}
    {{ join_spells('at_end', 'spine', 'months.month_as_of_date') }}
    {%- for name, relation in [
        ('amounts', ref('int_customer_month_amounts')), ('tiers', ref('int_customer_tier_months')),
        ('service', ref('int_customer_service_months')), ('recurring', 'recurring'),
    ] %}
    left join {{ relation }} as {{ name }}
        on {{ name }}.customer_key = spine.customer_key and {{ name }}.month_start = spine.month_start
    {%- endfor %}
)

select * from final
