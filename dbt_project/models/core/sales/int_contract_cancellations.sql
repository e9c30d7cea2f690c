-- The day on which the change log first saw a contract as cancelled, or as ended, for rows that do not bring the day themselves.
-- What an amendment replaces ends with its first day, even if the CRM marks it on the day of the signing; and what was first
-- read as ended after its agreed end has ended as agreed.
with amended as (

    select distinct source_system, amends_contract_id
    from {{ ref('stg_crm__contracts') }}
    where amends_contract_id is not null and coalesce(status, 'active') not in ('draft', 'cancelled')

),

contracts as (

    select contracts.source_system, contracts.contract_id, contracts._key, contracts.status, contracts.ends_on
    from {{ ref('stg_crm__contracts') }} as contracts
    left join amended
        on contracts.source_system = amended.source_system
        and contracts.contract_id = amended.amends_contract_id
    where contracts.cancelled_on is null
        and (
            contracts.status = 'cancelled'
            or (contracts.status = 'ended' and amended.amends_contract_id is null)
        )

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
    where log.status in ('cancelled', 'ended')
        and (
            contracts.status = 'cancelled'
            or contracts.ends_on is null
            or {{ business_date('log._loaded_at', 'context.time_zone') }} <= contracts.ends_on
        )
    group by contracts.source_system, contracts.contract_id

)

select * from final
