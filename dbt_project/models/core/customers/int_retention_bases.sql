-- Revenue of each customer at the base date (twelve months before a month's end) and at the end, for the rates of metrics
-- 35 and 36. Contract companies compare what recurs, at the rate of the base date; others the twelve months to each date.
-- Only customers with revenue at the base date; less than nothing counts as nothing.
with context as (
    select profile, reporting_currency, as_of_date from {{ ref('run_context') }}
),

months as (
    select month_start, month_as_of_date, {{ add_months('month_start', -12) }} as base_month
    from {{ ref('int_months') }}
    where is_complete
),

recurring_pairs as (
    select customer_key, month_start as base_month, currency, document_amount as then_document, 0 as now_document
    from {{ ref('int_recurring_months') }}
    union all
    select recurring.customer_key, months.base_month, recurring.currency, 0, recurring.document_amount
    from {{ ref('int_recurring_months') }} as recurring
    inner join months on months.month_start = recurring.month_start
),

recurring as (
    select
        pairs.customer_key,
        months.month_start,
        sum({{ converted('pairs.then_document', 'rates') }}) as then_amount,
        sum({{ converted('pairs.now_document', 'rates') }}) as now_amount
    from recurring_pairs as pairs
    inner join context on context.profile = 'b2b_contract'
    inner join months on months.base_month = pairs.base_month
    {{ join_rates(
        'rates', 'pairs.currency', 'context.reporting_currency', add_days(add_months('pairs.base_month', 1), -1)
    ) }}
    group by pairs.customer_key, months.month_start
),

trailing_sums as (
    select
        amounts.customer_key,
        amounts.month_start,
        sum(amounts.net_revenue) over (
            partition by amounts.customer_key order by amounts.month_start rows between 23 preceding and 12 preceding
        ) as then_amount,
        sum(amounts.net_revenue) over (
            partition by amounts.customer_key order by amounts.month_start rows between 11 preceding and current row
        ) as now_amount,
        min(amounts.month_start) over () as first_month
    from {{ ref('int_customer_month_amounts') }} as amounts
    inner join context on context.profile <> 'b2b_contract'
),

compared as (
    select customer_key, month_start, then_amount, now_amount from recurring
    union all
    -- a base of less than twelve months would make every customer look grown
    select trailing_sums.customer_key, trailing_sums.month_start, trailing_sums.then_amount, trailing_sums.now_amount
    from trailing_sums
    inner join months on months.month_start = trailing_sums.month_start
    where {{ months_between_starts('trailing_sums.first_month', 'trailing_sums.month_start') }} >= 23
),

final as (
    select
        customer_key,
        month_start,
        cast(then_amount as decimal(18, 2)) as opening_base_revenue,
        cast(greatest(now_amount, 0) as decimal(18, 2)) as closing_base_revenue,
        cast(least(then_amount, greatest(now_amount, 0)) as decimal(18, 2)) as retained_base_revenue,
        cast(least(now_amount, 0) as decimal(18, 2)) as floored_base_revenue
    from compared
    where customer_key <> 'unassigned' and then_amount > 0
)

select * from final
