-- The stage history, with what it leaves out: amount and owner of a stay are those of the version that the change log knew then,
-- and where the history is silent about them, a change of theirs within the stay is a row of its own.
with history as (

    select
        history.source_system,
        history.opportunity_id,
        history.stage,
        history.entered_at,
        history.amount,
        history.currency,
        history.owner_id,
        history.amount is null or history.owner_id is null as is_silent,
        -- what is changed after the closing has not happened on the way
        least(
            coalesce(
                lead(history.entered_at) over (
                    partition by history.source_system, history.opportunity_id order by history.entered_at, history.stage
                ),
                cast({{ no_end() }} as timestamp)
            ),
            coalesce(opportunities.closed_at, cast({{ no_end() }} as timestamp))
        ) as left_at
    from {{ ref('stg_crm__opportunity_stage_history') }} as history
    left join {{ ref('int_opportunities') }} as opportunities
        on history.source_system = opportunities.source_system
        and history.opportunity_id = opportunities.opportunity_id

),

numbered as (

    select
        log.source_system,
        log.opportunity_id,
        log.amount,
        log.currency,
        log.owner_id,
        log.outcome,
        log._version_at,
        row_number() over (
            partition by log.source_system, log._key order by log._version_at, log._load_seq, log._row_hash
        ) as version_number,
        lead(log._version_at) over (
            partition by log.source_system, log._key order by log._version_at, log._load_seq, log._row_hash
        ) as known_until
    from ({{ valid_versions('crm_opportunities') }}) as log

),

versions as (

    select
        *,
        -- what was known first held from the beginning
        case when version_number = 1 then cast({{ first_day_of_all() }} as timestamp) else _version_at end as known_from
    from numbered

),

final as (

    select
        history.source_system,
        history.opportunity_id,
        history.stage,
        case when versions.known_from > history.entered_at then versions.known_from else history.entered_at end as entered_at,
        coalesce(history.amount, versions.amount) as amount,
        coalesce(history.currency, versions.currency) as currency,
        coalesce(history.owner_id, versions.owner_id) as owner_id,
        case when versions.known_from > history.entered_at then versions.version_number else 0 end as version_number
    from history
    left join versions
        on history.source_system = versions.source_system
        and history.opportunity_id = versions.opportunity_id
    -- asked after the join, which would else compare each with each; one version of an opportunity held at any moment, and while it
    -- is closed it is in no stage (int_opportunity_reopenings)
    where versions.known_from is null
        or (
            (versions.known_until is null or versions.known_until > greatest(history.entered_at, versions.known_from))
            and (versions.known_from <= history.entered_at or (
                history.is_silent and versions.known_from < history.left_at and versions.outcome = 'open'
            ))
        )

)

select * from final
