with opportunities as (

    select * from {{ ref('int_opportunities') }}

),

history as (

    select source_system, opportunity_id, stage, entered_at, amount, currency, owner_id, version_number
    from {{ ref('int_opportunity_stays') }}

),

told as (

    select distinct source_system, opportunity_id from history

),

-- where no stage history tells of an opportunity, the versions that the change log has seen of it do
versions as (

    select
        log.source_system,
        log.opportunity_id,
        log.stage,
        log.outcome,
        log.amount,
        log.currency,
        log.owner_id,
        log.closed_at,
        log._version_at,
        row_number() over (
            partition by log.source_system, log._key order by log._version_at, log._load_seq, log._row_hash
        ) as version_number
    from ({{ valid_versions('crm_opportunities') }}) as log
    left join told
        on log.source_system = told.source_system
        and log.opportunity_id = told.opportunity_id
    where told.opportunity_id is null

),

first_stages as (

    select source_system, pipeline, min(stage) as stage
    from {{ ref('int_stage_positions') }}
    where step = 1 and outcome = 'open'
    group by source_system, pipeline

),

first_told as (

    select
        *,
        row_number() over (partition by source_system, opportunity_id order by entered_at, version_number, stage) as told_number
    from history

),

final as (

    select source_system, opportunity_id, stage, cast(null as {{ dbt.type_string() }}) as outcome, entered_at, amount, currency, owner_id,
        version_number
    from history
    union all
    select source_system, opportunity_id, stage, outcome, entered_at, amount, currency, owner_id, version_number
    from {{ ref('int_opportunity_reopenings') }}
    union all
    select
        versions.source_system,
        versions.opportunity_id,
        versions.stage,
        versions.outcome,
        case
            when versions.outcome <> 'open' then coalesce(versions.closed_at, versions._version_at)
            -- a row known from the start is known since its event date
            when versions.version_number = 1 then opportunities.created_at
            else versions._version_at
        end as entered_at,
        versions.amount,
        versions.currency,
        versions.owner_id,
        versions.version_number
    from versions
    inner join opportunities
        on versions.source_system = opportunities.source_system
        and versions.opportunity_id = opportunities.opportunity_id
    union all
    -- first seen when already closed: it was open before, in the first stage of its pipeline as far as anyone knows
    select
        versions.source_system,
        versions.opportunity_id,
        coalesce(first_stages.stage, 'unknown') as stage,
        'open' as outcome,
        opportunities.created_at as entered_at,
        versions.amount,
        versions.currency,
        versions.owner_id,
        0 as version_number
    from versions
    inner join opportunities
        on versions.source_system = opportunities.source_system
        and versions.opportunity_id = opportunities.opportunity_id
    left join first_stages
        on opportunities.source_system = first_stages.source_system
        and opportunities.pipeline = first_stages.pipeline
    where versions.version_number = 1 and versions.outcome <> 'open'
    union all
    -- so it was where the history begins with the closing
    select
        first_told.source_system,
        first_told.opportunity_id,
        coalesce(first_stages.stage, 'unknown') as stage,
        'open' as outcome,
        opportunities.created_at as entered_at,
        first_told.amount,
        first_told.currency,
        first_told.owner_id,
        0 as version_number
    from first_told
    inner join opportunities
        on first_told.source_system = opportunities.source_system
        and first_told.opportunity_id = opportunities.opportunity_id
        and first_told.entered_at > opportunities.created_at
    inner join {{ ref('int_stage_positions') }} as positions
        on first_told.source_system = positions.source_system
        and opportunities.pipeline = positions.pipeline
        and first_told.stage = positions.stage
        and positions.outcome <> 'open'
    left join first_stages
        on opportunities.source_system = first_stages.source_system
        and opportunities.pipeline = first_stages.pipeline
    where first_told.told_number = 1

)

select * from final
