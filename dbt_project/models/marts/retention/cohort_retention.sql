-- Who may have been a customer before the record began is in no month's cohort but in one of his own, without a month.
with firsts as (
    select
        active.customer_key,
        min(active.month_start) as first_month,
        max({{ as_flag('starts.is_proven_new') }}) as is_proven_new
    from {{ ref('int_active_months') }} as active
    left join {{ ref('int_customer_starts') }} as starts on starts.customer_key = active.customer_key
    group by active.customer_key
),

cohorts as (
    select
        customer_key,
        first_month,
        case when is_proven_new = 1 then substring(cast(first_month as string), 1, 7) else 'before_record' end as cohort
    from firsts
),

sizes as (
    select
        cohort,
        case when cohort <> 'before_record' then min(first_month) end as cohort_month,
        min(first_month) as first_month,
        count(*) as cohort_size
    from cohorts
    group by cohort
),

activity as (
    select cohorts.cohort, active.month_start, count(*) as active_customers,
        sum(active.is_active_after_returns) as active_customers_after_returns
    from {{ ref('int_active_months') }} as active
    inner join cohorts on cohorts.customer_key = active.customer_key
    group by cohorts.cohort, active.month_start
),

revenue as (
    select cohorts.cohort, amounts.month_start, sum(amounts.net_revenue) as net_revenue,
        sum(amounts.gross_margin) as gross_margin
    from {{ ref('int_customer_month_amounts') }} as amounts
    inner join cohorts on cohorts.customer_key = amounts.customer_key
    group by cohorts.cohort, amounts.month_start
),

moved as (
    select cohorts.cohort, returns.month_start, sum(returns.net_revenue) as net_revenue,
        sum(returns.gross_margin) as gross_margin
    from {{ ref('int_moved_returns') }} as returns
    inner join cohorts
        on cohorts.customer_key = returns.customer_key and returns.invoice_month >= cohorts.first_month
    group by cohorts.cohort, returns.month_start
),

final as (
    select
        sizes.cohort,
        sizes.cohort_month,
        {{ months_between_starts('sizes.cohort_month', 'months.month_start') }} as month_number,
        months.month_start,
        cast(sizes.cohort_size as bigint) as cohort_size,
        cast(coalesce(activity.active_customers, 0) as bigint) as active_customers,
        -- a month that still runs is immature, unless it is the one in which the cohort began
        case when sizes.cohort_month is not null and (months.is_complete or months.month_start = sizes.cohort_month)
            then {{ safe_ratio('coalesce(activity.active_customers, 0)', 'sizes.cohort_size') }} end as retention_rate,
        not months.is_complete and months.month_start > sizes.first_month as is_immature,
        cast(coalesce(activity.active_customers_after_returns, 0) as bigint) as active_customers_after_returns,
        case when sizes.cohort_month is not null and (months.is_complete or months.month_start = sizes.cohort_month)
            then {{ safe_ratio('coalesce(activity.active_customers_after_returns, 0)', 'sizes.cohort_size') }}
        end as retention_rate_after_returns,
        {{ if_revenue('coalesce(revenue.net_revenue, 0)') }} as net_revenue,
        -- returns lower it on their own day; without any cost of goods there is none
        cast(case when bases.names_cogs then coalesce(revenue.gross_margin, 0) end as decimal(18, 2)) as gross_margin,
        {{ if_revenue('coalesce(revenue.net_revenue, 0) + coalesce(moved.net_revenue, 0)') }} as net_revenue_after_returns,
        cast(case when bases.names_cogs then coalesce(revenue.gross_margin, 0) + coalesce(moved.gross_margin, 0)
        end as decimal(18, 2)) as gross_margin_after_returns,
        cast(case when bases.names_cogs then sum(coalesce(revenue.gross_margin, 0)) over (
            partition by sizes.cohort order by months.month_start rows between unbounded preceding and current row
        ) end as decimal(18, 2)) as cumulative_gross_margin
    from sizes
    inner join {{ ref('int_months') }} as months on months.month_start >= sizes.first_month
    cross join {{ ref('int_profit_bases') }} as bases
    left join activity on activity.cohort = sizes.cohort and activity.month_start = months.month_start
    left join revenue on revenue.cohort = sizes.cohort and revenue.month_start = months.month_start
    left join moved on moved.cohort = sizes.cohort and moved.month_start = months.month_start
)

select * from final
