-- Who answered for an opportunity when it was last closed: whoever takes over a leaver's old deals has not won or lost them.
with compared as (

    select
        *,
        lag(outcome) over (partition by source_system, opportunity_id order by state_number) as outcome_before
    from {{ ref('int_opportunity_states') }}

)

select
    source_system,
    opportunity_id,
    max_by(owner_id, state_number) as owner_id
from compared
where outcome <> 'open' and coalesce(outcome_before, 'open') <> outcome
group by source_system, opportunity_id
