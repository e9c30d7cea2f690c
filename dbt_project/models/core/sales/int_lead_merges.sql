with leads as (

    select
        source_system,
        lead_id,
        created_at,
        converted_account_id,
        lower(trim(email)) as email,
        replace(replace(replace(phone, ' ', ''), '-', ''), '+', '') as phone,
        coalesce(lower(replace(company_name, ' ', '')), '') as company
    from {{ ref('stg_crm__leads') }}

),

keyed as (

    select
        leads.source_system,
        leads.lead_id,
        leads.created_at,
        nullif({{ customer_key_of('crm_accounts', 'crm_leads') }}, 'unassigned') as customer_key,
        -- a person writes twice when contact and company agree; a placeholder is no contact
        case
            when leads.email like '%_@_%.%' then concat(leads.email, '|', leads.company)
            when length(leads.phone) >= 7 then concat(leads.phone, '|', leads.company)
            else concat('lead|', leads.lead_id)
        end as contact
    from leads
    {{ customer_key_joins('leads', crm_accounts='converted_account_id', crm_leads='lead_id') }}

),

-- a lead that led nowhere belongs to the customer that a later lead of the same contact became
grouped as (

    select
        *,
        coalesce(
            customer_key,
            min(customer_key) over (partition by source_system, contact),
            contact
        ) as merge_key,
        coalesce(customer_key, min(customer_key) over (partition by source_system, contact)) as known_customer_key
    from keyed

),

spaced as (

    select
        *,
        case when {{ days_between(
            'cast(lag(created_at) over (partition by source_system, merge_key order by created_at, lead_id) as date)',
            'cast(created_at as date)'
        ) }} <= {{ lead_window_days() }} then 0 else 1 end as starts_anew
    from grouped

),

numbered as (

    select
        *,
        sum(starts_anew) over (
            partition by source_system, merge_key order by created_at, lead_id
            rows between unbounded preceding and current row
        ) as enquiry_number
    from spaced

),

final as (

    select
        source_system,
        lead_id,
        known_customer_key as customer_key,
        first_value(lead_id) over (
            partition by source_system, merge_key, enquiry_number order by created_at, lead_id
            rows between unbounded preceding and unbounded following
        ) as surviving_lead_id
    from numbered

)

select * from final
