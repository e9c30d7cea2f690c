-- Follows merged tickets to the one that lives on; a merge in a circle ends after ten steps where it began.
with recursive tickets as (

    select source_system, ticket_id, merged_into_ticket_id from {{ ref('stg_service__tickets') }}

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
        row_number() over (partition by source_system, ticket_id order by step desc) as rank_from_end
    from steps

),

final as (

    select source_system, ticket_id, reached_ticket_id as surviving_ticket_id
    from ranked
    where rank_from_end = 1

)

select * from final
