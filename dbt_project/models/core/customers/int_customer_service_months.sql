with context as (
    select as_of_date from {{ ref('run_context') }}
),

events as (
    select
        customer_key, created_date as event_date,
        1 as tickets, {{ as_flag('is_complaint') }} as complaints, 0 as minutes, 0 as contacts,
        0 as follow_ups
    from {{ ref('fct_tickets') }}
    where not is_merged
    union all
    select customer_key, worked_date, 0, 0, minutes, 0, 0
    from {{ ref('fct_service_time') }}
    union all
    select customer_key, contact_date, 0, 0, 0, contact_count, 0
    from {{ ref('int_contacts') }}
    union all
    select customer_key, occurred_date, 0, 0, 0, 0, 1
    from {{ ref('fct_activities') }}
    where is_follow_up
),

final as (
    select
        events.customer_key,
        {{ month_start('events.event_date') }} as month_start,
        cast(sum(events.tickets) as bigint) as ticket_count,
        cast(sum(events.complaints) as bigint) as complaint_count,
        cast(sum(events.minutes) as decimal(18, 4)) as service_minutes,
        cast(sum(events.contacts) as bigint) as contact_count,
        cast(sum(events.follow_ups) as bigint) as follow_up_count
    from events
    inner join context on events.event_date <= context.as_of_date
    group by events.customer_key, {{ month_start('events.event_date') }}
)

select * from final
