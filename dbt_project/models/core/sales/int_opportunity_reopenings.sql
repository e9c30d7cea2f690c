-- Closings that were taken back, which a stage history cannot tell where the CRM closes a deal in the stage where it stood: its row
-- is open again, and only the change log has seen it closed. What the history says by a stage of that outcome it says itself.
with history as (

    select source_system, opportunity_id, stage, entered_at from {{ ref('stg_crm__opportunity_stage_history') }}

),

told_closings as (

    select distinct history.source_system, history.opportunity_id, positions.outcome
    from history
    inner join {{ ref('int_opportunities') }} as opportunities
        on history.source_system = opportunities.source_system and history.opportunity_id = opportunities.opportunity_id
    inner join {{ ref('int_stage_positions') }} as positions
        on history.source_system = positions.source_system
        and opportunities.pipeline = positions.pipeline
        and history.stage = positions.stage
    where positions.outcome <> 'open'

),

versions as (

    select
        log.*,
        row_number() over (
            partition by log.source_system, log._key, log._version_at order by log._load_seq desc, log._row_hash desc
        ) as rank_from_last
    from ({{ valid_versions('crm_opportunities') }}) as log

),

-- what is read again with its old time of change, as after a code was mapped wrongly, corrects a version, and does not follow it
numbered as (

    select
        source_system, opportunity_id, stage, outcome, amount, currency, owner_id, closed_at, _version_at,
        row_number() over life as version_number,
        coalesce(lag(outcome) over life, 'open') as outcome_before
    from versions
    where rank_from_last = 1
    window life as (partition by source_system, _key order by _version_at)

),

lived as (

    select
        *,
        max(case when outcome = 'open' then version_number else 0 end) over (partition by source_system, opportunity_id) as last_open_version
    from numbered

),

-- each closing that was taken back, and each change of a closed deal into an open one
changes as (

    select *, case when outcome = 'open' then outcome_before else outcome end as closing_outcome
    from lived
    where outcome <> outcome_before and (outcome = 'open' or version_number < last_open_version)

),

final as (

    select
        changes.source_system,
        changes.opportunity_id,
        changes.stage,
        changes.outcome,
        -- whatever the history had written down by then came before the closing
        cast(case when changes.outcome = 'open' then changes._version_at
            else greatest(least(coalesce(changes.closed_at, changes._version_at), changes._version_at), max(history.entered_at))
        end as timestamp) as entered_at,
        changes.amount,
        changes.currency,
        changes.owner_id,
        changes.version_number
    from changes
    inner join history
        on changes.source_system = history.source_system
        and changes.opportunity_id = history.opportunity_id
        and history.entered_at <= changes._version_at
    left join told_closings
        on changes.source_system = told_closings.source_system
        and changes.opportunity_id = told_closings.opportunity_id
        and changes.closing_outcome = told_closings.outcome
    where told_closings.opportunity_id is null
    group by
        changes.source_system, changes.opportunity_id, changes.stage, changes.outcome, changes.closed_at, changes._version_at,
        changes.amount, changes.currency, changes.owner_id, changes.version_number

)

select * from final
