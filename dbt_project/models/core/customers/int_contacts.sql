-- Two-way contacts: both sides took part (metric 53). One ticket makes one contact a day, however many messages it holds.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

contacts as (
    select customer_key, occurred_date as contact_date, activity_key as contact_id
    from {{ ref('fct_activities') }}
    where is_two_way_contact and not is_duplicate
    union
    select customer_key, occurred_date, source_system || '|' || ticket_id
    from {{ ref('fct_ticket_events') }}
    where is_two_way_contact
),

final as (
    select contacts.customer_key, contacts.contact_date, cast(count(*) as bigint) as contact_count
    from contacts
    inner join context on contacts.contact_date <= context.as_of_date
    group by contacts.customer_key, contacts.contact_date
)

select * from final
