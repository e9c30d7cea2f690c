with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

states as (

    select
        states.source_system,
        states.opportunity_id,
        states.pipeline,
        states.step,
        states.state_number,
        states.owner_id,
        {{ business_date('states.state_from', 'context.time_zone') }} as state_date,
        min({{ business_date('states.state_from', 'context.time_zone') }}) over (
            partition by states.source_system, states.opportunity_id
        ) as first_date,
        context.as_of_date
    from {{ ref('int_opportunity_states') }} as states
    cross join context

),

-- the furthest step within the window: whoever came so far has reached every step before it
final as (

    select
        source_system,
        opportunity_id,
        pipeline,
        {{ month_start('first_date') }} as cohort_month,
        cast(greatest(1, max(
            case when {{ days_between('first_date', 'state_date') }} <= {{ funnel_window_days() }} then step else 0 end
        )) as bigint) as furthest_step,
        min_by(owner_id, state_number) as owner_id,
        {{ add_days('first_date', funnel_window_days()) }} >= as_of_date as is_window_open
    from states
    where state_date <= as_of_date
    group by source_system, opportunity_id, pipeline, first_date, as_of_date

)

select * from final
