with cohorts as (
    select customer_key, min(month_start) as cohort_month
    from {{ ref('int_active_months') }}
    group by customer_key
),

sizes as (
    select cohort_month, count(*) as cohort_size
    from cohorts
    group by cohort_month
),

activity as (
    select cohorts.cohort_month, active.month_start, count(*) as active_customers
    from {{ ref('int_active_months') }} as active
    inner join cohorts on cohorts.customer_key = active.customer_key
    group by cohorts.cohort_month, active.month_start
),

revenue as (
    select cohorts.cohort_month, amounts.month_start, sum(amounts.net_revenue) as net_revenue,
        sum(amounts.gross_margin) as gross_margin
    from {{ ref('int_customer_month_amounts') }} as amounts
    inner join cohorts on cohorts.customer_key = amounts.customer_key
    group by cohorts.cohort_month, amounts.month_start
),

final as (
    select
        sizes.cohort_month,
        {{ months_between_starts('sizes.cohort_month', 'months.month_start') }} as month_number,
        months.month_start,
        cast(sizes.cohort_size as bigint) as cohort_size,
        cast(coalesce(activity.active_customers, 0) as bigint) as active_customers,
        -- a month that still runs is immature, unless it is the one in which the cohort began
        case when months.is_complete or months.month_start = sizes.cohort_month
            then {{ safe_ratio('coalesce(activity.active_customers, 0)', 'sizes.cohort_size') }} end as retention_rate,
        not months.is_complete and months.month_start > sizes.cohort_month as is_immature,
        cast(coalesce(revenue.net_revenue, 0) as decimal(18, 2)) as net_revenue,
        -- returns lower it on their own day; without any cost of goods there is none
        cast(case when bases.cogs_basis <> 'missing' then coalesce(revenue.gross_margin, 0) end as decimal(18, 2)) as gross_margin,
        cast(case when bases.cogs_basis <> 'missing' then sum(coalesce(revenue.gross_margin, 0)) over (
            partition by sizes.cohort_month order by months.month_start rows between unbounded preceding and current row
        ) end as decimal(18, 2)) as cumulative_gross_margin
    from sizes
    inner join {{ ref('int_months') }} as months on months.month_start >= sizes.cohort_month
    cross join {{ ref('int_profit_bases') }} as bases
    left join activity on activity.cohort_month = sizes.cohort_month and activity.month_start = months.month_start
    left join revenue on revenue.cohort_month = sizes.cohort_month and revenue.month_start = months.month_start
)

select * from final
