-- What is expected in the quarter and what is overdue are disjoint parts of the open pipeline of the day, of each owner and in
-- total (metric 19): no deal is counted twice, none is lost with an owner who has no target.
with context as (
    select as_of_date, {{ add_months(period_start('quarter', 'as_of_date'), 3) }} as quarter_end from {{ ref('run_context') }}
),

covered as (
    select owner, sum(expected_amount + overdue_amount) as amount
    from {{ ref('int_metric_coverage') }}
    group by owner
),

open_deals as (
    select
        deals.owner_id as owner,
        sum(case when deals.expected_close_date < context.quarter_end then coalesce(deals.amount, 0) else 0 end) as amount
    from {{ ref('open_opportunities') }} as deals
    cross join context
    group by deals.owner_id
)

select covered.owner, covered.amount, open_deals.amount as pipeline_amount
from covered
full outer join open_deals on open_deals.owner = covered.owner
where coalesce(covered.amount, 0) <> coalesce(open_deals.amount, 0)
    and (select count(*) from covered) > 0
