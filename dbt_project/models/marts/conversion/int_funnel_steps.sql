with steps as (

    select source_system, pipeline, stage, step, outcome
    from {{ ref('int_stage_positions') }}
    where step is not null

),

cohorts as (

    select
        source_system,
        pipeline,
        cohort_month,
        furthest_step,
        count(*) as opportunity_count,
        sum(case when is_window_open then 1 else 0 end) as open_count
    from {{ ref('int_funnel_cohorts') }}
    group by source_system, pipeline, cohort_month, furthest_step

),

final as (

    select
        cohorts.source_system,
        cohorts.pipeline,
        steps.stage,
        cohorts.cohort_month as month_start,
        cast(sum(cohorts.opportunity_count) as bigint) as cohort_count,
        cast(sum(case when cohorts.furthest_step >= steps.step then cohorts.opportunity_count else 0 end) as bigint) as cohort_reached_count,
        case when steps.outcome = 'open' then
            cast(sum(case when cohorts.furthest_step > steps.step then cohorts.opportunity_count else 0 end) as bigint)
        end as cohort_reached_next_count,
        sum(cohorts.open_count) > 0 as is_cohort_immature
    from cohorts
    inner join steps
        on cohorts.source_system = steps.source_system
        and cohorts.pipeline = steps.pipeline
    group by cohorts.source_system, cohorts.pipeline, steps.stage, steps.outcome, cohorts.cohort_month

)

select * from final
