-- Days since the last two-way contact; who was never contacted counts from the day he is known (metric 53). The component of
-- health is not the same: consumers are not called on, so for it a visit or login of their own counts as well.
with touches as (
    select customer_key, contact_date as touch_date, contact_date from {{ ref('int_contacts') }}
    union all
    select engagements.customer_key, engagements.occurred_date, cast(null as date)
    from {{ ref('fct_engagements') }} as engagements
    inner join {{ ref('run_context') }} as context
        on context.profile = 'b2c' and engagements.occurred_date <= context.as_of_date
),

days as (
    select customer_key, touch_date, max(contact_date) as contact_date
    from touches
    group by customer_key, touch_date
),

spans as (
    select
        customer_key,
        touch_date,
        max(contact_date) over (partition by customer_key order by touch_date) as last_contact_date,
        coalesce(lead(touch_date) over (partition by customer_key order by touch_date), {{ no_end() }}) as next_date
    from days
),

records as (
    select min(touch_date) as first_date, min(contact_date) as first_contact_date from days
),

final as (
    select
        members.customer_key,
        members.snapshot_date,
        spans.last_contact_date,
        case when records.first_contact_date <= members.snapshot_date then {{ days_between(
            'coalesce(spans.last_contact_date, greatest(members.known_since_date, records.first_contact_date))',
            'members.snapshot_date'
        ) }} end as days_without_contact,
        cast({{ days_between(
            'coalesce(spans.touch_date, greatest(members.known_since_date, records.first_date))', 'members.snapshot_date'
        ) }} as double) as measure
    from {{ ref('int_health_customers') }} as members
    inner join records on records.first_date <= members.snapshot_date
    left join spans
        on spans.customer_key = members.customer_key
        and members.snapshot_date >= spans.touch_date
        and members.snapshot_date < spans.next_date
)

select * from final
