-- I10 from the other side: the closing count of a stage is the number of opportunities whose state on that evening says so.
with context as (
    select as_of_date, time_zone from {{ ref('run_context') }}
),

states as (
    select
        states.source_system,
        states.opportunity_id,
        states.pipeline,
        states.stage,
        {{ business_date('states.state_from', 'context.time_zone') }} as from_date,
        {{ business_date('states.state_until', 'context.time_zone') }} as until_date
    from {{ ref('int_opportunity_states') }} as states
    cross join context
    where states.outcome = 'open'
),

standing as (
    select funnel.source_system, funnel.pipeline, funnel.stage, funnel.month_start, count(states.opportunity_id) as standing_count
    from {{ ref('conversion_funnel') }} as funnel
    cross join context
    left join states
        on funnel.source_system = states.source_system
        and funnel.pipeline = states.pipeline
        and funnel.stage = states.stage
        and states.from_date <= least({{ last_day('funnel.month_start') }}, context.as_of_date)
        and (states.until_date is null or states.until_date > least({{ last_day('funnel.month_start') }}, context.as_of_date))
    group by funnel.source_system, funnel.pipeline, funnel.stage, funnel.month_start
)

select funnel.source_system, funnel.pipeline, funnel.stage, funnel.month_start, funnel.closing_count, standing.standing_count
from {{ ref('conversion_funnel') }} as funnel
inner join standing
    on funnel.source_system = standing.source_system and funnel.pipeline = standing.pipeline
    and funnel.stage = standing.stage and funnel.month_start = standing.month_start
where funnel.closing_count <> standing.standing_count
