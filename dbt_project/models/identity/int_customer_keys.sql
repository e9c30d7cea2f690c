{{ config(schema='core_internal') }}
-- A system that brings the entity itself is answered from its own keys. Any other system (a service desk naming an
-- ERP customer code) is answered from all systems, where the key is the only one of its kind.
{%- set brought = source_entities() %}
{%- set entities = ['crm_accounts', 'crm_contacts', 'crm_leads', 'erp_customers', 'svc_tickets'] %}
with resolved as (
    select entity, source_system, source_key, customer_key
    from {{ ref('customer_identity_map') }}
    where valid_to is null
),

-- a contact belongs to the customer of his account, a converted lead to that of the account it became, unless that
-- account is gone and the lead was resolved by its own address
mapped as (
    select entity, source_system, source_key, customer_key from resolved
    union all
    select 'crm_contacts' as entity, contacts.source_system, contacts.contact_id as source_key, accounts.customer_key
    from {{ ref('stg_crm__contacts') }} as contacts
    inner join resolved as accounts
        on accounts.entity = 'crm_accounts'
        and accounts.source_system = contacts.source_system
        and accounts.source_key = contacts.account_id
    union all
    select 'crm_leads' as entity, leads.source_system, leads.lead_id as source_key, accounts.customer_key
    from {{ ref('stg_crm__leads') }} as leads
    inner join resolved as accounts
        on accounts.entity = 'crm_accounts'
        and accounts.source_system = leads.source_system
        and accounts.source_key = leads.converted_account_id
    left join resolved as own_lead
        on own_lead.entity = 'crm_leads'
        and own_lead.source_system = leads.source_system
        and own_lead.source_key = leads.lead_id
    where own_lead.source_key is null
),

single as (
    select entity, source_key, min(customer_key) as customer_key
    from mapped
    group by entity, source_key
    having count(*) = 1
),

own as (
    select source_system as referring_system, entity, source_key, customer_key
    from mapped
),

foreign_reference as (
    {%- set pairs = [] %}
    {%- for system, found in brought.items() | sort %}
    {%- for entity in entities if entity not in found %}{% do pairs.append((system, entity)) %}{% endfor %}
    {%- endfor %}
    {%- for system, entity in pairs %}
    select '{{ system }}' as referring_system, entity, source_key, customer_key from single where entity = '{{ entity }}'
    {{ 'union all' if not loop.last }}
    {%- else %}
    select source_system as referring_system, entity, source_key, customer_key from mapped where 1 = 0
    {%- endfor %}
)

select referring_system, entity, source_key, customer_key from own
union all
select referring_system, entity, source_key, customer_key from foreign_reference
