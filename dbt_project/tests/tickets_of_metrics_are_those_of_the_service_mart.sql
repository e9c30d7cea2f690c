-- Answered and waiting tickets are all tickets, and what was due is resolved, late or open; in the metrics as in the mart.
with metrics as (

    select
        {{ month_start('created_date') }} as month_start,
        count(*) as tickets,
        sum(is_answered) as answered,
        sum(is_waiting) as waiting,
        sum(is_answered_in_24_hours) as answered_in_24_hours,
        sum(is_complaint) as complaints,
        0 as due_complaints,
        0 as complaints_in_sla
    from {{ ref('int_metric_tickets') }}
    group by {{ month_start('created_date') }}
    union all
    select {{ month_start('sla_due_date') }}, 0, 0, 0, 0, 0, sum(is_due_complaint), sum(is_complaint_in_sla)
    from {{ ref('int_metric_tickets') }}
    where is_due_complaint = 1
    group by {{ month_start('sla_due_date') }}

),

sides as (

    select * from metrics
    union all
    select
        month_start, -tickets, -answered_tickets, -waiting_tickets, -answered_in_24_hours, -complaints, -due_complaints,
        -complaints_resolved_in_sla
    from {{ ref('service_levels') }}

),

summed as (

    select
        month_start,
        {%- for column in ['tickets', 'answered', 'waiting', 'answered_in_24_hours', 'complaints', 'due_complaints', 'complaints_in_sla'] %}
        sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from sides
    group by month_start

)

select * from summed
where tickets <> 0 or answered <> 0 or waiting <> 0 or answered_in_24_hours <> 0 or complaints <> 0
    or due_complaints <> 0 or complaints_in_sla <> 0
