-- Revenue and purchases per customer and period. A closed month, quarter or
-- year also has the revenue bases of its last month.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

amounts as (
    {%- for grain in ['month', 'quarter', 'year'] %}
    select
        '{{ grain }}' as period_grain, customer_key, {{ period_start(grain, 'month_start') }} as period_start,
        net_revenue, order_count
    from {{ ref('int_customer_month_amounts') }}
    where net_revenue <> 0 or order_count <> 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

summed as (
    select
        customer_key,
        period_grain,
        period_start,
        cast(sum(net_revenue) as decimal(18, 2)) as net_revenue,
        cast(sum(order_count) as bigint) as order_count
    from amounts
    group by customer_key, period_grain, period_start
),

bases as (
    select
        bases.customer_key,
        periods.period_grain,
        periods.period_start,
        bases.opening_base_revenue,
        bases.closing_base_revenue,
        bases.retained_base_revenue,
        bases.floored_base_revenue
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_retention_bases') }} as bases
        on bases.month_start = {{ month_start('periods.period_end') }}
    where periods.is_complete
),

final as (
    select
        coalesce(summed.customer_key, bases.customer_key) as customer_key,
        coalesce(summed.period_grain, bases.period_grain) as period_grain,
        coalesce(summed.period_start, bases.period_start) as period_start,
        summed.net_revenue,
        coalesce(summed.order_count, 0) as order_count,
        bases.opening_base_revenue,
        bases.closing_base_revenue,
        bases.retained_base_revenue,
        bases.floored_base_revenue
    from summed
    full outer join bases
        on bases.customer_key = summed.customer_key
        and bases.period_grain = summed.period_grain
        and bases.period_start = summed.period_start
)

select * from final
