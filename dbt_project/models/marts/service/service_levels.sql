with context as (

    select as_of_date from {{ ref('run_context') }}

),

tickets as (

    select
        tickets.*,
        {{ month_start('tickets.created_date') }} as created_month,
        {{ month_start('tickets.sla_due_date') }} as due_month
    from {{ ref('fct_tickets') }} as tickets
    cross join context
    where not tickets.is_merged and tickets.created_date <= context.as_of_date

),

-- whoever has a ticket later has not answered it
answers as (

    select
        created_month as month_start,
        channel,
        priority,
        first_response_team as team,
        count(*) as tickets,
        sum(case when is_waiting then 0 else 1 end) as answered_tickets,
        sum(case when is_waiting then 1 else 0 end) as waiting_tickets,
        sum(case when first_response_hours <= 24 then 1 else 0 end) as answered_in_24_hours,
        cast(sum(cast(first_response_hours as decimal(18, 6))) as double) as first_response_hours_sum,
        {%- for column in ['first_response_hours', 'first_response_business_hours'] %}
        {{ safe_ratio('sum(cast(' ~ column ~ ' as decimal(18, 6)))', 'count(' ~ column ~ ')') }} as mean_{{ column }},
        {{ median_of(column) }} as median_{{ column }},
        {{ percentile_of(column, 0.9) }} as p90_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from tickets
    group by created_month, channel, priority, first_response_team

),

opened as (

    select
        created_month as month_start,
        channel,
        priority,
        team,
        {{ median_of('resolution_hours') }} as median_resolution_hours,
        {{ median_of('resolution_business_hours') }} as median_resolution_business_hours,
        sum(case when is_complaint then 1 else 0 end) as complaints,
        sum(case when reopened_count > 0 then 1 else 0 end) as reopened_tickets
    from tickets
    group by created_month, channel, priority, team

),

-- what had to be resolved is counted in the month in which it was due
due as (

    select
        tickets.due_month as month_start,
        tickets.channel,
        tickets.priority,
        tickets.team,
        count(*) as due_tickets,
        sum(case when tickets.is_resolved_in_sla then 1 else 0 end) as resolved_in_sla,
        sum(case when tickets.resolved_at is null then 1 else 0 end) as due_unresolved,
        sum(case when tickets.is_complaint then 1 else 0 end) as due_complaints,
        sum(case when tickets.is_complaint and tickets.is_resolved_in_sla then 1 else 0 end) as complaints_resolved_in_sla
    from tickets
    cross join context
    where tickets.sla_due_date <= context.as_of_date
    group by tickets.due_month, tickets.channel, tickets.priority, tickets.team

),

grain as (

    select month_start, channel, priority, team from answers
    union
    select month_start, channel, priority, team from opened
    union
    select month_start, channel, priority, team from due

),

final as (

    select
        grain.month_start,
        grain.channel,
        grain.priority,
        grain.team,
        {%- for column in ['tickets', 'answered_tickets', 'waiting_tickets', 'answered_in_24_hours'] %}
        cast(coalesce(answers.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        {%- for column in ['complaints', 'reopened_tickets'] %}
        cast(coalesce(opened.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        coalesce(answers.first_response_hours_sum, 0) as first_response_hours_sum,
        {%- for column in ['first_response_hours', 'first_response_business_hours'] %}
        answers.mean_{{ column }},
        answers.median_{{ column }},
        answers.p90_{{ column }},
        {%- endfor %}
        opened.median_resolution_hours,
        opened.median_resolution_business_hours,
        {%- for column in ['due_tickets', 'resolved_in_sla', 'due_unresolved', 'due_complaints', 'complaints_resolved_in_sla'] %}
        cast(coalesce(due.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        cast(coalesce(due.due_tickets - due.resolved_in_sla - due.due_unresolved, 0) as bigint) as resolved_late
    from grain
    {%- for part in ['answers', 'opened', 'due'] %}
    left join {{ part }}
        on grain.month_start = {{ part }}.month_start and grain.channel = {{ part }}.channel
        and grain.priority = {{ part }}.priority and grain.team = {{ part }}.team
    {%- endfor %}

)

select * from final
