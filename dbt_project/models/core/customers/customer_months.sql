-- From the month in which a customer is known to the running one, and every month in which anything is booked on him.
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
        cast(coalesce(amounts.net_revenue, 0) as decimal(18, 2)) as net_revenue,
        coalesce(amounts.revenue_basis, bases.revenue_basis) as revenue_basis,
        cast(coalesce(amounts.cogs_amount, 0) as decimal(18, 2)) as cogs_amount,
        cast(case when bases.cogs_basis <> 'missing' then coalesce(amounts.gross_margin, 0) end as decimal(18, 2))
            as gross_margin,
        {%- for column in ['direct_cost_amount', 'service_cost_amount', 'cost_to_serve', 'contribution_profit'] %}
        cast(coalesce(amounts.{{ column }}, 0) as decimal(18, 2)) as {{ column }},
        {%- endfor %}
        {%- for column in ['order_count', 'order_days', 'invoice_count'] %}
        cast(coalesce(amounts.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        {%- for column in ['order_net_amount', 'billed_gross_amount'] %}
        cast(coalesce(amounts.{{ column }}, 0) as decimal(18, 2)) as {{ column }},
        {%- endfor %}
        {{ if_payments('coalesce(amounts.collected_amount, 0)') }} as collected_amount,
        cast(coalesce(service.ticket_count, 0) as bigint) as ticket_count,
        cast(coalesce(service.complaint_count, 0) as bigint) as complaint_count,
        cast(coalesce(service.service_minutes, 0) as decimal(18, 4)) as service_minutes,
        cast(coalesce(service.contact_count, 0) as bigint) as contact_count,
        cast(coalesce(service.follow_up_count, 0) as bigint) as follow_up_count,
        {%- for column in ['receivable_opening', 'receivable_closing', 'open_items_closing', 'overdue_closing'] %}
        {{ if_payments('coalesce(amounts.' ~ column ~ ', 0)') }} as {{ column }},
        {%- endfor %}
        cast(coalesce(recurring.closing_amount, 0) as decimal(18, 2)) as recurring_revenue_closing
    from spine
    cross join {{ ref('int_profit_bases') }} as bases
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
