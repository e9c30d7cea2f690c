-- A decision about a record that no system knows changes nothing, which nobody would notice. Correct config/tier_overrides.yml.
{{ config(severity='warn', meta={'owner': 'sales'}) }}
select overrides.source_system, overrides.entity, overrides.source_key
from {{ ref('int_tier_decisions') }} as overrides
left join {{ ref('customer_identity_map') }} as identities
    on identities.source_system = overrides.source_system
    and identities.entity = overrides.entity
    and identities.source_key = overrides.source_key
    and identities.valid_to is null
where identities.customer_key is null
