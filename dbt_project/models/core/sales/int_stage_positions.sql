with stages as (

    select
        source_system,
        coalesce(pipeline, 'default') as pipeline,
        stage,
        position,
        outcome,
        probability
    from {{ ref('stg_crm__stages') }}

),

-- the path counts open stages in order; a lost or disqualified stage is no step forward
open_steps as (

    select
        source_system,
        pipeline,
        stage,
        dense_rank() over (partition by source_system, pipeline order by position) as step
    from stages
    where outcome = 'open'

),

path_lengths as (

    select source_system, pipeline, max(step) as open_step_count
    from open_steps
    group by source_system, pipeline

),

final as (

    select
        stages.source_system,
        stages.pipeline,
        stages.stage,
        cast(stages.position as bigint) as position,
        stages.outcome,
        stages.probability,
        cast(case
            when stages.outcome = 'open' then open_steps.step
            when stages.outcome = 'won' then coalesce(path_lengths.open_step_count, 0) + 1
        end as bigint) as step
    from stages
    left join open_steps
        on stages.source_system = open_steps.source_system
        and stages.pipeline = open_steps.pipeline
        and stages.stage = open_steps.stage
    left join path_lengths
        on stages.source_system = path_lengths.source_system
        and stages.pipeline = path_lengths.pipeline

)

select * from final
