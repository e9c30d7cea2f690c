-- Days since the last two-way contact; who was never contacted counts from the day he is known (metric 53).
with contacts as (
    select
        customer_key,
        contact_date,
        coalesce(lead(contact_date) over (partition by customer_key order by contact_date), {{ no_end() }}) as next_date
    from {{ ref('int_contacts') }}
),

records as (
    select min(contact_date) as first_date from contacts
),

final as (
    select
        members.customer_key,
        members.snapshot_date,
        contacts.contact_date as last_contact_date,
        cast({{ days_between('coalesce(contacts.contact_date, greatest(members.known_since_date, records.first_date))', 'members.snapshot_date') }} as double)
            as measure
    from {{ ref('int_health_customers') }} as members
    inner join records on records.first_date <= members.snapshot_date
    left join contacts
        on contacts.customer_key = members.customer_key
        and members.snapshot_date >= contacts.contact_date
        and members.snapshot_date < contacts.next_date
)

select * from final
