-- Revenue per user times its base and what has no customer are the net revenue of every period (metric 48): against the months of
-- customers, which the metric's rows are not made from alone.
with metric_rows as (
    select period_grain, period_start, sum(known_net_revenue) as known_revenue
    from {{ ref('int_metric_customer_periods') }}
    group by period_grain, period_start
),

months as (
    {%- for grain in ['month', 'quarter', 'year'] %}
    select
        '{{ grain }}' as period_grain,
        {{ period_start(grain, 'month_start') }} as period_start,
        sum(net_revenue) as net_revenue,
        sum(case when customer_key = 'unassigned' then net_revenue else 0 end) as unassigned_revenue
    from {{ ref('customer_months') }}
    group by {{ period_start(grain, 'month_start') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select months.*, metric_rows.known_revenue
from months
left join metric_rows
    on metric_rows.period_grain = months.period_grain and metric_rows.period_start = months.period_start
where coalesce(metric_rows.known_revenue, 0) + months.unassigned_revenue <> months.net_revenue
