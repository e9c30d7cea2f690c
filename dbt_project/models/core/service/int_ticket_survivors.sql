-- Follows merged tickets to the one that lives on; a merge in a circle ends where it began, after ten steps at the latest.
with recursive tickets as (

    -- into a ticket that is not there, such as one that is held back, nothing has been merged: it would count nowhere
    select tickets.source_system, tickets.ticket_id, targets.ticket_id as merged_into_ticket_id
    from {{ ref('stg_service__tickets') }} as tickets
    left join {{ ref('stg_service__tickets') }} as targets
        on tickets.source_system = targets.source_system
        and tickets.merged_into_ticket_id = targets.ticket_id

),

steps as (

    select source_system, ticket_id, ticket_id as reached_ticket_id, 0 as step
    from tickets
    where merged_into_ticket_id is not null
    union all
    select steps.source_system, steps.ticket_id, tickets.merged_into_ticket_id as reached_ticket_id, steps.step + 1 as step
    from steps
    inner join tickets
        on steps.source_system = tickets.source_system
        and steps.reached_ticket_id = tickets.ticket_id
    where tickets.merged_into_ticket_id is not null and steps.step < 10

),

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, ticket_id
            order by {{ as_flag('step > 0 and reached_ticket_id = ticket_id') }} desc, step desc
        ) as rank_from_end
    from steps

),

final as (

    select source_system, ticket_id, reached_ticket_id as surviving_ticket_id
    from ranked
    where rank_from_end = 1

)

select * from final
