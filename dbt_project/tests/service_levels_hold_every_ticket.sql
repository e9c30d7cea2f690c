-- answered + waiting = tickets, in time + late + unresolved = due, and no ticket of the facts is missing.
with summed as (
    select
        month_start,
        sum(tickets) as tickets,
        sum(answered_tickets + waiting_tickets) as responses,
        sum(due_tickets) as due_tickets,
        sum(resolved_in_sla + resolved_late + due_unresolved) as resolutions
    from {{ ref('service_levels') }}
    group by month_start
),

facts as (
    select {{ month_start('tickets.created_date') }} as month_start, count(*) as tickets
    from {{ ref('fct_tickets') }} as tickets
    inner join {{ ref('run_context') }} as context on tickets.created_date <= context.as_of_date
    where not tickets.is_merged
    group by {{ month_start('tickets.created_date') }}
)

select summed.*
from summed
full outer join facts on summed.month_start = facts.month_start
where coalesce(summed.tickets, 0) <> coalesce(facts.tickets, 0)
    or summed.tickets <> summed.responses
    or summed.due_tickets <> summed.resolutions
