with context as (

    select time_zone from {{ ref('run_context') }}

),

final as (

    select
        {{ source_key('events.source_system', 'events.event_id') }} as event_key,
        events.source_system,
        events.event_id,
        events.ticket_id,
        coalesce(tickets.customer_key, 'unassigned') as customer_key,
        coalesce(events.event_type, 'status') as event_type,
        events.actor_type,
        events.actor_id,
        events.from_value,
        events.to_value,
        cast(events.occurred_at as timestamp) as occurred_at,
        {{ business_date('events.occurred_at', 'context.time_zone') }} as occurred_date,
        events.event_type is not distinct from 'public_reply'
            and coalesce(events.actor_type, 'agent') = 'agent' as is_public_reply,
        -- a reply of either side is contact with the customer; a note or a status is not
        events.event_type is not distinct from 'public_reply'
            and coalesce(events.actor_type, 'agent') in ('agent', 'customer') as is_two_way_contact,
        tickets.ticket_id is null as is_orphan,
        events.is_stale
    from {{ ref('stg_service__ticket_events') }} as events
    cross join context
    left join {{ ref('fct_tickets') }} as tickets
        on events.source_system = tickets.source_system and events.ticket_id = tickets.ticket_id

)

select * from final
