-- Doubling three times follows eight amendments, each of the one before.
with roots_0 as (

    select source_system, contract_id, coalesce(amends_contract_id, contract_id) as root_id
    from {{ ref('fct_contracts') }}
    where not is_draft

),
{% for step in range(3) %}
roots_{{ step + 1 }} as (

    select roots.source_system, roots.contract_id, coalesce(further.root_id, roots.root_id) as root_id
    from roots_{{ step }} as roots
    left join roots_{{ step }} as further
        on roots.source_system = further.source_system and roots.root_id = further.contract_id

),
{% endfor %}
final as (

    select source_system, contract_id, root_id from roots_3

)

select * from final
