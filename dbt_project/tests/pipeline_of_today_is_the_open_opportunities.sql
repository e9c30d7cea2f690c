-- The pipeline that history adds up to is the one that today's rows show: exact in number, and in amount but for the
-- cents of converting each opportunity by itself.
with context as (
    select as_of_date, reporting_currency from {{ ref('run_context') }}
),

history as (
    select pipeline.owner_id, sum(pipeline.closing_count) as open_count, sum(pipeline.closing_amount) as open_amount
    from {{ ref('opportunity_pipeline') }} as pipeline
    inner join context on pipeline.snapshot_date = context.as_of_date
    group by pipeline.owner_id
),

today as (
    select
        opportunities.owner_id,
        count(*) as open_count,
        sum(coalesce(opportunities.amount, 0)) as open_amount,
        sum(case when opportunities.currency = context.reporting_currency then 0 else 1 end) as foreign_count
    from {{ ref('fct_opportunities') }} as opportunities
    cross join context
    where opportunities.outcome = 'open' and opportunities.created_date <= context.as_of_date
    group by opportunities.owner_id
)

select
    coalesce(history.owner_id, today.owner_id) as owner_id,
    history.open_count as history_count,
    today.open_count as today_count,
    history.open_amount as history_amount,
    today.open_amount as today_amount
from history
full outer join today on history.owner_id = today.owner_id
where coalesce(history.open_count, 0) <> coalesce(today.open_count, 0)
    or abs(coalesce(history.open_amount, 0) - coalesce(today.open_amount, 0)) > 0.01 * coalesce(today.foreign_count, 0)
