-- The day on which the change log first saw a contract as cancelled, for rows that do not bring the day themselves.
with contracts as (

    select source_system, contract_id, _key
    from {{ ref('stg_crm__contracts') }}
    where status = 'cancelled' and cancelled_on is null

),

final as (

    select
        contracts.source_system,
        contracts.contract_id,
        min({{ business_date('log._version_at', 'context.time_zone') }}) as first_seen_cancelled_date
    from contracts
    cross join {{ ref('run_context') }} as context
    inner join ({{ valid_versions('crm_contracts') }}) as log
        on contracts.source_system = log.source_system
        and contracts._key = log._key
    where log.status = 'cancelled'
    group by contracts.source_system, contracts.contract_id

)

select * from final
