{{ config(schema='marts') }}

with tickets as (

    select
        tickets.*,
        -- from its creation to the end of the day of the run
        run_day.working_seconds_before + run_day.working_seconds
        - {{ working_seconds_until('tickets.created_at', 'created_day', 'context.time_zone') }} as working_seconds_since
    from {{ ref('fct_tickets') }} as tickets
    cross join {{ ref('run_context') }} as context
    left join {{ ref('int_working_time') }} as created_day on tickets.created_date = created_day.date_day
    left join {{ ref('int_working_time') }} as run_day on context.as_of_date = run_day.date_day
    where not tickets.is_merged and tickets.created_date <= context.as_of_date

),

final as (

    select
        tickets.ticket_key,
        tickets.created_date,
        {{ segment('tickets.channel') }} as channel,
        {{ segment('tickets.team') }} as team,
        {{ segment('tickets.first_response_team') }} as first_response_team,
        {{ segment('tickets.priority') }} as priority,
        {{ segment('tickets.topic') }} as topic,
        {{ customer_segments(['region', 'owner', 'tier', 'customer_type']) }},
        cast(tickets.first_response_hours as double) as first_response_hours,
        cast(tickets.first_response_business_hours as double) as first_response_business_hours,
        {{ as_flag('tickets.first_response_hours is not null') }} as is_answered,
        {{ as_flag('tickets.first_response_hours <= 24') }} as is_answered_in_24_hours,
        -- a ticket that waits since an earlier day has waited for 24 hours
        {{ as_flag('tickets.first_response_hours is not null or tickets.created_date < context.as_of_date') }}
            as is_judged_by_24_hours,
        {{ as_flag('tickets.first_response_business_hours <= 24') }} as is_answered_in_24_business_hours,
        {{ as_flag('tickets.first_response_hours is not null or tickets.working_seconds_since > 24 * 3600') }}
            as is_judged_by_24_business_hours,
        {{ as_flag('tickets.first_response_hours is null') }} as is_waiting,
        case when tickets.first_response_hours is null
            then {{ days_waited('tickets.created_date') }} end as waiting_days,
        case when tickets.resolved_date <= context.as_of_date then tickets.resolved_date end as resolved_date,
        case when tickets.resolved_date <= context.as_of_date then cast(tickets.resolution_hours as double) end
            as resolution_hours,
        case when tickets.resolved_date <= context.as_of_date then cast(tickets.resolution_business_hours as double) end
            as resolution_business_hours,
        {{ as_flag('tickets.is_complaint') }} as is_complaint,
        {{ as_flag("tickets.is_complaint and tickets.customer_key = 'unassigned'") }} as is_unassigned_complaint,
        tickets.sla_due_date,
        -- what is not due yet is neither kept nor broken; a reopened complaint was not resolved
        {{ as_flag('tickets.is_complaint and tickets.sla_due_date <= context.as_of_date') }} as is_due_complaint,
        {{ as_flag('tickets.is_complaint and tickets.sla_due_date <= context.as_of_date and tickets.is_resolved_in_sla') }}
            as is_complaint_in_sla,
        -- late, or in time and opened again
        {{ as_flag('tickets.is_complaint and tickets.sla_due_date <= context.as_of_date
            and not tickets.is_resolved_in_sla and tickets.resolved_date <= context.as_of_date') }} as is_late_complaint,
        {{ as_flag('tickets.is_complaint and tickets.sla_due_date <= context.as_of_date
            and not tickets.is_resolved_in_sla and coalesce(tickets.resolved_date > context.as_of_date, true)') }}
            as is_overdue_complaint
    from tickets
    cross join {{ ref('run_context') }} as context
    {{ join_segments('tickets', 'tickets.created_date') }}

)

select * from final
