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
        0 as told_by,
        recorded.stage,
        recorded.outcome,
        recorded.amount,
        recorded.currency,
        recorded.owner_id
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
        1 as told_by,
        opportunities.stage,
        opportunities.outcome,
        opportunities.amount,
        opportunities.currency,
        opportunities.owner_id
    from opportunities
    left join last_recorded
        on opportunities.source_system = last_recorded.source_system
        and opportunities.opportunity_id = last_recorded.opportunity_id

),

completed as (

    select
        told.source_system,
        told.opportunity_id,
        opportunities.pipeline,
        opportunities.created_at,
        told.state_from,
        told.told_by,
        told.stage,
        -- history writes a closing only as a stage: its outcome comes from the stage list, else from the row it led to
        coalesce(
            told.outcome,
            positions.outcome,
            case when told.stage = opportunities.stage and told.state_from >= opportunities.closed_at
                then opportunities.outcome end,
            'open'
        ) as outcome,
        coalesce(positions.step, 0) as step,
        cast(round(coalesce(told.amount, opportunities.amount), 2) as decimal(18, 2)) as document_amount,
        coalesce(told.amount, opportunities.amount) is null as is_amount_missing,
        coalesce(told.currency, opportunities.currency) as currency,
        coalesce(told.owner_id, opportunities.owner_id, 'unassigned') as owner_id
    from told
    inner join opportunities
        on told.source_system = opportunities.source_system
        and told.opportunity_id = opportunities.opportunity_id
    left join {{ ref('int_stage_positions') }} as positions
        on told.source_system = positions.source_system
        and opportunities.pipeline = positions.pipeline
        and told.stage = positions.stage

),

numbered as (

    select
        *,
        concat_ws('|', stage, outcome, cast(document_amount as {{ dbt.type_string() }}), currency, owner_id) as state_text,
        row_number() over (
            partition by source_system, opportunity_id order by state_from, told_by, step, stage, owner_id
        ) as told_number
    from completed

),

compared as (

    select
        *,
        lag(state_text) over (partition by source_system, opportunity_id order by told_number) as previous_state_text
    from numbered

),

final as (

    select
        source_system,
        opportunity_id,
        pipeline,
        cast(row_number() over (
            partition by source_system, opportunity_id order by told_number
        ) as bigint) as state_number,
        -- whatever was written down first was so from the beginning
        cast(case when previous_state_text is null then least(state_from, created_at) else state_from end as timestamp) as state_from,
        cast(lead(state_from) over (
            partition by source_system, opportunity_id order by told_number
        ) as timestamp) as state_until,
        stage,
        outcome,
        cast(step as bigint) as step,
        document_amount,
        is_amount_missing,
        currency,
        owner_id
    from compared
    where previous_state_text is null or previous_state_text <> state_text

)

select * from final
