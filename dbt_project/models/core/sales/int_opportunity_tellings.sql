with opportunities as (

    select * from {{ ref('int_opportunities') }}

),

recorded as (

    select * from {{ ref('int_opportunity_records') }}

),

last_recorded as (

    select source_system, opportunity_id, max(entered_at) as entered_at
    from recorded
    group by source_system, opportunity_id

),

-- the opportunity's own row has the last word, whatever the history says
told as (

    select
        recorded.source_system,
        recorded.opportunity_id,
        recorded.entered_at as state_from,
        -- what enters a stage and is closed in the same moment is closed
        {{ as_flag("recorded.outcome <> 'open'") }} as told_by,
        recorded.stage,
        recorded.outcome,
        recorded.amount,
        recorded.currency,
        recorded.owner_id,
        recorded.version_number
    from recorded
    union all
    select
        opportunities.source_system,
        opportunities.opportunity_id,
        greatest(
            case when opportunities.outcome = 'open' then opportunities.changed_at else opportunities.closed_at end,
            coalesce(last_recorded.entered_at, opportunities.created_at),
            opportunities.created_at
        ) as state_from,
        2 as told_by,
        opportunities.stage,
        opportunities.outcome,
        opportunities.amount,
        opportunities.currency,
        opportunities.owner_id,
        0 as version_number
    from opportunities
    left join last_recorded
        on opportunities.source_system = last_recorded.source_system
        and opportunities.opportunity_id = last_recorded.opportunity_id

),

path_ends as (

    -- winning is the step after the last open stage, whether or not the list has a stage for it
    select source_system, pipeline, max(step) + 1 as last_step
    from {{ ref('int_stage_positions') }}
    where outcome = 'open'
    group by source_system, pipeline

),

judged as (

    select
        told.source_system,
        told.opportunity_id,
        opportunities.pipeline,
        opportunities.created_at,
        told.state_from,
        told.told_by,
        told.stage,
        positions.outcome as listed_outcome,
        positions.step,
        path_ends.last_step,
        -- history writes a closing only as a stage: its outcome comes from the stage list, else from the row it led to
        coalesce(
            told.outcome,
            positions.outcome,
            case when told.stage = opportunities.stage and told.state_from >= opportunities.closed_at
                then opportunities.outcome end,
            'open'
        ) as outcome,
        cast(round(coalesce(told.amount, opportunities.amount), 2) as decimal(18, 2)) as document_amount,
        coalesce(told.amount, opportunities.amount) is null as is_amount_missing,
        coalesce(told.currency, opportunities.currency) as currency,
        coalesce(told.owner_id, opportunities.owner_id, 'unassigned') as owner_id,
        told.version_number
    from told
    inner join opportunities
        on told.source_system = opportunities.source_system
        and told.opportunity_id = opportunities.opportunity_id
    left join {{ ref('int_stage_positions') }} as positions
        on told.source_system = positions.source_system
        and opportunities.pipeline = positions.pipeline
        and told.stage = positions.stage
    left join path_ends
        on told.source_system = path_ends.source_system
        and opportunities.pipeline = path_ends.pipeline

),

final as (

    select
        source_system,
        opportunity_id,
        pipeline,
        created_at,
        state_from,
        told_by,
        -- a CRM that closes a deal in the stage where it stood has no closing stage: the outcome is its name
        case when outcome <> 'open' and listed_outcome = 'open' then outcome else stage end as stage,
        outcome,
        case outcome when 'open' then coalesce(step, 0) when 'won' then coalesce(last_step, 0) else 0 end as step,
        document_amount,
        is_amount_missing,
        currency,
        owner_id,
        version_number
    from judged

)

select * from final
