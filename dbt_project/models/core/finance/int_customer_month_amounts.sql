-- Dense from a customer's first month on, so that twelve rows are twelve months for every window over it.
with months as (
    select month_start, as_of_date, days_seen from {{ ref('int_finance_months') }}
),

receivables as (
    select
        customer_key,
        month_start,
        opening_amount,
        closing_amount
    from {{ ref('int_customer_receivable_months') }}
),

overdue as (
    select
        customer_key,
        month_start,
        {{ money_where('true') }} as open_items_closing,
        {{ money_where('days_overdue > 0') }} as overdue_closing
    from {{ ref('int_receivable_month_items') }}
    where item_type = 'invoice' and amount > 0
    group by customer_key, month_start
),

-- what the ledger holds beyond the costs that name a customer is borne by those who caused it
allocations as (
    select
        customer_key,
        month_start,
        {%- for pool in ['service', 'selling', 'marketing'] %}
        {{ money_where("pool = '" ~ pool ~ "'", 'allocated_amount') }} as {{ pool }}_allocated_amount{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_pool_allocations') }}
    group by customer_key, month_start
),

first_months as (
    select customer_key, min(month_start) as first_month
    from (
        select customer_key, month_start from {{ ref('int_customer_month_profit') }}
        union all
        select customer_key, month_start from {{ ref('int_customer_month_activity') }}
        union all
        select customer_key, month_start from receivables
        union all
        select customer_key, month_start from allocations
        -- the remainder of a pool has a member even where no customer is unassigned
        union all
        select 'unassigned' as customer_key, min(month_start) as month_start from months
    ) as members
    group by customer_key
),

spine as (
    select first_months.customer_key, months.month_start, months.as_of_date, months.days_seen
    from first_months
    inner join months on months.month_start >= first_months.first_month
),

joined as (
    select
        spine.customer_key,
        spine.month_start,
        spine.as_of_date,
        spine.days_seen,
        coalesce(profit.revenue_basis, bases.revenue_basis) as revenue_basis,
        {%- for record in ['hour', 'service', 'selling', 'marketing'] %}
        bases.has_{{ record }}_costs,
        {%- endfor %}
        {{ if_revenue('coalesce(profit.net_revenue, 0)') }} as net_revenue,
        {{ if_goods_cost('coalesce(profit.cogs_amount, 0)') }} as cogs_amount,
        {%- for column in [
            'service_time_amount', 'service_direct_amount', 'selling_amount', 'rebate_amount', 'marketing_amount',
            'bad_debt_amount', 'fx_difference_amount',
        ] %}
        coalesce(profit.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        {%- for column in ['service_allocated_amount', 'selling_allocated_amount', 'marketing_allocated_amount'] %}
        coalesce(allocations.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        {%- for column in ['order_count', 'order_days', 'cancelled_order_count', 'invoice_count', 'payment_count'] %}
        cast(coalesce(activity.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        {%- for column in ['order_net_amount', 'billed_net_amount', 'billed_gross_amount'] %}
        coalesce(activity.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        {%- for amount, column in [
            ('activity.collected_amount', 'collected_amount'), ('receivables.opening_amount', 'receivable_opening'),
            ('receivables.closing_amount', 'receivable_closing'),
        ] %}
        {{ if_payments('coalesce(' ~ amount ~ ', 0)') }} as {{ column }},
        {%- endfor %}
        {%- for column in ['open_items_closing', 'overdue_closing'] %}
        {{ if_applications('coalesce(overdue.' ~ column ~ ', 0)') }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from spine
    cross join {{ ref('int_profit_bases') }} as bases
    {%- for name, relation in [
        ('profit', ref('int_customer_month_profit')), ('activity', ref('int_customer_month_activity')),
        ('receivables', 'receivables'), ('overdue', 'overdue'), ('allocations', 'allocations'),
    ] %}
    left join {{ relation }} as {{ name }}
        on {{ name }}.customer_key = spine.customer_key and {{ name }}.month_start = spine.month_start
    {%- endfor %}
)

select
    joined.*,
    -- where no source knows the cost of goods, or revenue, what is left of it is as little known
    cast(net_revenue - cogs_amount as decimal(18, 2)) as gross_margin,
    cast(case when has_hour_costs then service_time_amount end as decimal(18, 2)) as service_cost_amount,
    cast(case when has_service_costs then service_time_amount + service_direct_amount + service_allocated_amount end as decimal(18, 2))
        as cost_to_serve,
    cast(case when has_selling_costs or has_marketing_costs then selling_amount + rebate_amount + marketing_amount end as decimal(18, 2))
        as direct_cost_amount,
    cast(net_revenue - cogs_amount - service_time_amount - service_direct_amount - service_allocated_amount
        - selling_amount - rebate_amount - marketing_amount as decimal(18, 2)) as contribution_profit
from joined
