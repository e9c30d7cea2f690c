-- Contribution margin rate of the last twelve months, above or below that of the customer's segment.
with rates as (
    select
        members.snapshot_date,
        members.customer_key,
        members.segment,
        {{ safe_ratio('results.trailing_contribution_profit', 'results.trailing_net_revenue') }} as margin_rate
    from {{ ref('int_health_customers') }} as members
    inner join {{ ref('int_customer_tier_months') }} as results
        on results.customer_key = members.customer_key and results.month_start = members.result_month
    where results.trailing_net_revenue > 0
),

segments as (
    select snapshot_date, segment, {{ median_of('margin_rate') }} as segment_rate
    from rates
    group by snapshot_date, segment
),

final as (
    select rates.customer_key, rates.snapshot_date, rates.margin_rate - segments.segment_rate as measure
    from rates
    inner join segments on segments.snapshot_date = rates.snapshot_date and segments.segment = rates.segment
    cross join {{ ref('int_profit_bases') }} as bases
    where bases.names_cogs
)

select * from final
