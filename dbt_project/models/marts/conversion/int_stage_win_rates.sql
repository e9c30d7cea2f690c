-- Of what was closed in the twelve months before a month and had come as far as a stage, the share won: the company's own
-- probability by stage, as it could be known when the month began. A deal that had been opened again by then was not closed.
{%- set minimum_closed = 20 %}
with entries as (
    select
        source_system,
        pipeline,
        outcome,
        {{ month_start('entered_date') }} as closed_month,
        {{ month_start('exited_date') }} as reopened_month,
        -- a stage that was skipped was reached; whoever never stood on the path was at its beginning
        greatest(1, coalesce(max(step) over (
            partition by source_system, opportunity_id order by entry_number
            rows between unbounded preceding and current row
        ), 1)) as reached_step
    from {{ ref('fct_opportunity_stages') }}
),

closed as (
    select
        source_system, pipeline, closed_month, reopened_month, reached_step,
        count(*) as closed_count,
        sum({{ as_flag("outcome = 'won'") }}) as won_count
    from entries
    where outcome <> 'open'
    group by source_system, pipeline, closed_month, reopened_month, reached_step
),

steps as (
    select distinct source_system, pipeline, step
    from {{ ref('int_stage_positions') }}
    where outcome = 'open'
),

counted as (
    select
        closed.source_system,
        closed.pipeline,
        steps.step,
        months.month_start,
        cast(sum(closed.closed_count) as bigint) as closed_count,
        cast(sum(closed.won_count) as bigint) as won_count
    from {{ ref('int_months') }} as months
    inner join closed
        on closed.closed_month < months.month_start
        and closed.closed_month >= {{ add_months('months.month_start', -12) }}
        and (closed.reopened_month is null or closed.reopened_month >= months.month_start)
    inner join steps
        on steps.source_system = closed.source_system
        and steps.pipeline = closed.pipeline
        and closed.reached_step >= steps.step
    group by closed.source_system, closed.pipeline, steps.step, months.month_start
),

final as (
    select
        *,
        -- below the minimum of rule R11 the share is chance
        case when closed_count >= {{ minimum_closed }}
            then cast({{ safe_ratio('won_count', 'closed_count') }} as decimal(9, 8)) end as win_rate
    from counted
)

select * from final
