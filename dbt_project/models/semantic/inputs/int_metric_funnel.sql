{{ config(schema='marts') }}

with cohorts as (

    select * from {{ ref('int_funnel_cohorts') }}

),

open_steps as (

    select source_system, pipeline, stage, step
    from {{ ref('int_stage_positions') }}
    where outcome = 'open'

),

final as (

    select
        opportunities.opportunity_key,
        cohorts.cohort_month,
        open_steps.stage,
        {{ segment('opportunities.channel') }} as channel,
        {{ segment('cohorts.owner_id') }} as owner,
        {{ team() }} as team,
        {{ customer_segments(['region']) }},
        {{ segment('opportunities.product_line') }} as product_line,
        {{ as_flag('cohorts.furthest_step > open_steps.step') }} as is_next_reached
    from cohorts
    inner join open_steps
        on cohorts.source_system = open_steps.source_system
        and cohorts.pipeline = open_steps.pipeline
        and cohorts.furthest_step >= open_steps.step
    inner join {{ ref('fct_opportunities') }} as opportunities
        on cohorts.source_system = opportunities.source_system
        and cohorts.opportunity_id = opportunities.opportunity_id
    {{ join_segments('opportunities', 'cohorts.cohort_month') }}
    {{ join_teams('cohorts.owner_id', last_day('cohorts.cohort_month')) }}

)

select * from final
