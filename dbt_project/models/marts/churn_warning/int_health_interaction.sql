-- Days since the last two-way contact; who was never contacted counts from the day he is known (metric 53).
-- Consumers are not called on: for them a visit or login of their own is contact.
with days as (
    select customer_key, contact_date from {{ ref('int_contacts') }}
    union
    select engagements.customer_key, engagements.occurred_date
    from {{ ref('fct_engagements') }} as engagements
    inner join {{ ref('run_context') }} as context
        on context.profile = 'b2c' and engagements.occurred_date <= context.as_of_date
),

contacts as (
    select
        customer_key,
        contact_date,
        coalesce(lead(contact_date) over (partition by customer_key order by contact_date), {{ no_end() }}) as next_date
    from days
),

records as (
    select min(contact_date) as first_date from contacts
),

final as (
    select
        members.customer_key,
        members.snapshot_date,
        contacts.contact_date as last_contact_date,
        cast({{ days_between(
            'coalesce(contacts.contact_date, greatest(members.known_since_date, records.first_date))', 'members.snapshot_date'
        ) }} as double) as measure
    from {{ ref('int_health_customers') }} as members
    inner join records on records.first_date <= members.snapshot_date
    left join contacts
        on contacts.customer_key = members.customer_key
        and members.snapshot_date >= contacts.contact_date
        and members.snapshot_date < contacts.next_date
)

select * from final
