with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

tickets as (

    select
        tickets.*,
        replies.first_public_reply_at,
        replies.first_public_reply_by,
        greatest(coalesce(tickets.reopened_count, 0), replies.reopened_event_count) as times_reopened,
        coalesce(survivors.surviving_ticket_id, tickets.ticket_id) as surviving_ticket_id,
        case when tickets.status in ('resolved', 'closed')
            then coalesce(tickets.resolved_at, tickets.closed_at) end as settled_at,
        {{ business_date('tickets.created_at', 'context.time_zone') }} as created_date,
        {{ business_date('replies.first_public_reply_at', 'context.time_zone') }} as first_public_reply_date,
        {{ business_date('tickets.sla_due_at', 'context.time_zone') }} as sla_due_date,
        context.as_of_date,
        context.time_zone
    from {{ ref('stg_service__tickets') }} as tickets
    cross join context
    inner join {{ ref('int_ticket_replies') }} as replies
        on tickets.source_system = replies.source_system and tickets.ticket_id = replies.ticket_id
    left join {{ ref('int_ticket_survivors') }} as survivors
        on tickets.source_system = survivors.source_system and tickets.ticket_id = survivors.ticket_id

),

dated as (

    select
        tickets.*,
        {{ business_date('tickets.settled_at', 'tickets.time_zone') }} as resolved_date,
        -- who complained on a ticket that was merged into his question has complained
        tickets.ticket_type is not distinct from 'complaint' or (
            tickets.surviving_ticket_id = tickets.ticket_id
            and max({{ as_flag("tickets.ticket_type = 'complaint'") }}) over (
                partition by tickets.source_system, tickets.surviving_ticket_id
            ) = 1
        ) as is_complaint
    from tickets

),

final as (

    select
        {{ source_key('dated.source_system', 'dated.ticket_id') }} as ticket_key,
        dated.source_system,
        dated.ticket_id,
        dated.surviving_ticket_id,
        dated.surviving_ticket_id <> dated.ticket_id as is_merged,
        {{ customer_key_of('crm_accounts', 'erp_customers', 'svc_tickets') }} as customer_key,
        coalesce(dated.ticket_type, 'other') as ticket_type,
        coalesce(nullif(trim(dated.topic), ''), 'unknown') as topic,
        {{ channel_or_unknown('dated.channel') }} as channel,
        coalesce(dated.priority, 'normal') as priority,
        dated.status,
        coalesce(dated.assignee_id, 'unassigned') as assignee_id,
        coalesce(teams.team, 'unassigned') as team,
        coalesce(reply_teams.team, 'unassigned') as first_response_team,
        dated.product_code,
        cast(dated.created_at as timestamp) as created_at,
        dated.created_date,
        dated.first_public_reply_at,
        dated.first_public_reply_date,
        {{ calendar_hours_between('dated.created_at', 'dated.first_public_reply_at') }} as first_response_hours,
        {{ business_hours_between('dated.created_at', 'created_day', 'dated.first_public_reply_at', 'reply_day', 'dated.time_zone') }}
            as first_response_business_hours,
        dated.first_public_reply_at is null as is_waiting,
        cast(dated.settled_at as timestamp) as resolved_at,
        dated.resolved_date,
        {{ calendar_hours_between('dated.created_at', 'dated.settled_at') }} as resolution_hours,
        {{ business_hours_between('dated.created_at', 'created_day', 'dated.settled_at', 'resolved_day', 'dated.time_zone') }}
            as resolution_business_hours,
        cast(dated.times_reopened as bigint) as reopened_count,
        cast(dated.sla_due_at as timestamp) as sla_due_at,
        dated.sla_due_date,
        -- what had to be opened again was not resolved
        coalesce(dated.settled_at <= dated.sla_due_at and dated.times_reopened = 0, false) as is_resolved_in_sla,
        dated.is_complaint,
        dated.is_stale
    from dated
    {{ customer_key_joins('dated', crm_accounts='account_id', erp_customers='customer_code', svc_tickets='ticket_id') }}
    {{ join_agent_teams('teams', 'dated', 'dated.assignee_id', 'dated.created_date') }}
    -- whoever gets a ticket after the answer has not answered it; what waits is for him to answer
    {{ join_agent_teams('reply_teams', 'dated', 'coalesce(dated.first_public_reply_by, dated.assignee_id)',
        'coalesce(dated.first_public_reply_date, dated.created_date)') }}
    left join {{ ref('int_working_time') }} as created_day on dated.created_date = created_day.date_day
    left join {{ ref('int_working_time') }} as reply_day on dated.first_public_reply_date = reply_day.date_day
    left join {{ ref('int_working_time') }} as resolved_day on dated.resolved_date = resolved_day.date_day

)

select * from final
