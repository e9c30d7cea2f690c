with contracts as (

    select
        contracts.source_system,
        contracts.contract_id,
        contracts.amends_contract_id,
        contracts.starts_on,
        contracts.status is not distinct from 'draft'
            or coalesce(coalesce(contracts.cancelled_on, cancellations.first_seen_cancelled_date) <= contracts.starts_on, false)
            as is_called_off
    from {{ ref('stg_crm__contracts') }} as contracts
    left join {{ ref('int_contract_cancellations') }} as cancellations
        on contracts.source_system = cancellations.source_system
        and contracts.contract_id = cancellations.contract_id
    where contracts.amends_contract_id is not null

),

called_off_0 as (

    select source_system, contract_id, amends_contract_id
    from contracts
    where is_called_off

),

-- doubling three times follows eight amendments, each of the one before
{% for step in range(3) %}
called_off_{{ step + 1 }} as (

    select near.source_system, near.contract_id, coalesce(far.amends_contract_id, near.amends_contract_id) as amends_contract_id
    from called_off_{{ step }} as near
    left join called_off_{{ step }} as far
        on near.source_system = far.source_system and near.amends_contract_id = far.contract_id

),
{% endfor %}
final as (

    select
        contracts.source_system,
        contracts.contract_id,
        coalesce(called_off.amends_contract_id, contracts.amends_contract_id) as amended_contract_id,
        contracts.starts_on,
        contracts.is_called_off
    from contracts
    left join called_off_3 as called_off
        on contracts.source_system = called_off.source_system
        and contracts.amends_contract_id = called_off.contract_id

)

select * from final
