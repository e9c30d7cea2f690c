with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

states as (

    select
        states.source_system,
        states.opportunity_id,
        states.pipeline,
        states.stage,
        states.outcome,
        states.step,
        states.currency,
        coalesce(states.document_amount, 0) as amount,
        {{ month_start(business_date('states.state_from', 'context.time_zone')) }} as month_start,
        {{ business_date('states.state_from', 'context.time_zone') }} as movement_date,
        lag(states.stage) over life as old_stage,
        lag(states.outcome) over life as old_outcome,
        lag(states.step) over life as old_step,
        lag(states.currency) over life as old_currency,
        lag(coalesce(states.document_amount, 0)) over life as old_amount
    from {{ ref('int_opportunity_states') }} as states
    cross join context
    window life as (partition by states.source_system, states.opportunity_id order by states.state_number)

),

known as (

    select
        states.*,
        coalesce(stage <> old_stage or outcome <> old_outcome, true) as is_entry
    from states
    cross join context
    where states.movement_date <= context.as_of_date

),

final as (

    select
        source_system, opportunity_id, month_start, pipeline, stage, currency,
        'entered' as movement_type, 1 as moved_count, amount as moved_amount
    from known
    where is_entry
    union all
    -- who enters a closed stage has left the funnel in the same moment
    select
        source_system, opportunity_id, month_start, pipeline, stage, currency,
        'finished' as movement_type, 1 as moved_count, amount as moved_amount
    from known
    where is_entry and outcome <> 'open'
    union all
    select
        source_system, opportunity_id, month_start, pipeline, old_stage as stage, old_currency as currency,
        case
            when outcome <> 'open' then outcome
            when step < old_step then 'moved_back'
            else 'advanced'
        end as movement_type,
        1 as moved_count,
        old_amount as moved_amount
    from known
    where is_entry and old_outcome = 'open'
    union all
    select
        source_system, opportunity_id, month_start, pipeline, stage, old_currency as currency,
        'amount_change' as movement_type, 0 as moved_count, -old_amount as moved_amount
    from known
    where not is_entry and outcome = 'open'
    union all
    select
        source_system, opportunity_id, month_start, pipeline, stage, currency,
        'amount_change' as movement_type, 0 as moved_count, amount as moved_amount
    from known
    where not is_entry and outcome = 'open'

)

select * from final
