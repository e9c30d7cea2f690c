{{ config(schema='marts') }}

-- Contacts of either direction that people had with a customer or a lead; one thread counts once a day (metric 32).
with context as (

    select as_of_date from {{ ref('run_context') }}

),

contacts as (

    select
        customer_key,
        occurred_date as contact_date,
        coalesce(nullif(activity_type, ''), 'other') as channel,
        coalesce(opportunity_id, lead_id, customer_key) as thread
    from {{ ref('fct_activities') }}
    where is_contact and not is_duplicate
    union
    select customer_key, occurred_date, 'ticket', source_system || '|' || ticket_id
    from {{ ref('fct_ticket_events') }}
    where is_two_way_contact
    union
    select customer_key, touched_date, channel, coalesce(lead_id, campaign_id, customer_key)
    from {{ ref('fct_touches') }}

),

final as (

    select
        contacts.customer_key,
        contacts.contact_date,
        contacts.channel,
        contacts.thread,
        {{ customer_segments(['region', 'owner', 'tier', 'customer_type']) }}
    from contacts
    inner join context on contacts.contact_date <= context.as_of_date
    {{ join_segments('contacts', 'contacts.contact_date') }}

)

select * from final
