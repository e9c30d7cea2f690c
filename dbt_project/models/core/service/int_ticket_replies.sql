with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

tickets as (

    select source_system, ticket_id, created_at, first_responded_at from {{ ref('stg_service__tickets') }}

),

-- a desk whose events never hold a reply does not tell of replies by them
telling as (

    select distinct source_system from {{ ref('stg_service__ticket_events') }} where event_type = 'public_reply'

),

-- an internal note, a customer's own message and an automatic answer are no reply; a reply to a ticket that is merged
-- into another is one to the other
judged as (

    select
        events.source_system,
        coalesce(survivors.surviving_ticket_id, events.ticket_id) as ticket_id,
        events.event_id,
        events.event_type,
        events.occurred_at,
        events.actor_id,
        {{ business_date('events.occurred_at', 'context.time_zone') }} <= context.as_of_date as is_known,
        coalesce(
            events.event_type = 'public_reply'
            and coalesce(events.actor_type, 'agent') = 'agent'
            and events.occurred_at >= tickets.created_at
            and {{ business_date('events.occurred_at', 'context.time_zone') }} <= context.as_of_date, false
        ) as is_reply
    from {{ ref('stg_service__ticket_events') }} as events
    cross join context
    inner join tickets
        on events.source_system = tickets.source_system
        and events.ticket_id = tickets.ticket_id
    left join {{ ref('int_ticket_survivors') }} as survivors
        on events.source_system = survivors.source_system
        and events.ticket_id = survivors.ticket_id

),

ranked as (

    select
        *,
        row_number() over (partition by source_system, ticket_id, is_reply order by occurred_at, event_id) as position
    from judged

),

replies as (

    select
        events.source_system,
        events.ticket_id,
        count(*) as event_count,
        min(case when events.is_reply then events.occurred_at end) as first_public_reply_at,
        min(case when events.is_reply and events.position = 1 then events.actor_id end) as first_public_reply_by,
        count(case when events.event_type = 'reopened' and events.is_known then 1 end) as reopened_event_count
    from ranked as events
    group by events.source_system, events.ticket_id

),

final as (

    select
        tickets.source_system,
        tickets.ticket_id,
        -- the desk's own field counts only where no events tell what the response was
        cast(case
            when replies.event_count > 0 and telling.source_system is not null then replies.first_public_reply_at
            when tickets.first_responded_at >= tickets.created_at
                and {{ business_date('tickets.first_responded_at', 'context.time_zone') }} <= context.as_of_date
                then tickets.first_responded_at
        end as timestamp) as first_public_reply_at,
        replies.first_public_reply_by,
        cast(coalesce(replies.reopened_event_count, 0) as bigint) as reopened_event_count
    from tickets
    cross join context
    left join telling on tickets.source_system = telling.source_system
    left join replies
        on tickets.source_system = replies.source_system
        and tickets.ticket_id = replies.ticket_id

)

select * from final
