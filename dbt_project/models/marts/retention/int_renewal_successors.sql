with context as (

    select as_of_date from {{ ref('run_context') }}

),

contracts as (

    select contracts.*
    from {{ ref('fct_contracts') }} as contracts
    where contracts.is_recurring and not contracts.is_draft

),

-- an amended contract does not fall due, its last amendment does; one that was cancelled long before its end was lost then
due as (

    select *
    from contracts
    where ends_date is not null
        and (replaced_from_date is null or replaced_from_date > ends_date)
        and (cancelled_date is null or cancelled_date >= {{ add_days('ends_date', '-' ~ renewal_grace_days()) }})

),

last_due as (

    select
        due.source_system,
        due.contract_id,
        roots.root_id,
        row_number() over (
            partition by due.source_system, roots.root_id order by due.starts_date desc, due.contract_id desc
        ) as place
    from due
    inner join {{ ref('int_contract_roots') }} as roots on due.source_system = roots.source_system and due.contract_id = roots.contract_id

),

-- a renewal that names a contract which was amended renews its last amendment
named as (

    select
        successors.source_system,
        coalesce(due.contract_id, last_due.contract_id) as contract_id,
        successors.contract_id as successor_id,
        successors.starts_date
    from contracts as successors
    left join due
        on successors.source_system = due.source_system and successors.renewed_from_contract_id = due.contract_id
    left join {{ ref('int_contract_roots') }} as roots
        on successors.source_system = roots.source_system and successors.renewed_from_contract_id = roots.contract_id
    left join last_due
        on roots.source_system = last_due.source_system and roots.root_id = last_due.root_id and last_due.place = 1

),

naming_systems as (

    select distinct source_system from contracts where renewed_from_contract_id is not null

),

candidates as (

    select source_system, contract_id, successor_id, starts_date, 0 as preference
    from named
    where contract_id <> successor_id
    union all
    -- where a system never names what a contract renews, the next one of customer and product line is its renewal
    select due.source_system, due.contract_id, successors.contract_id as successor_id, successors.starts_date, 1 as preference
    from due
    left join naming_systems on due.source_system = naming_systems.source_system
    inner join contracts as successors
        on due.source_system = successors.source_system
        and due.customer_key = successors.customer_key
        and coalesce(due.product_line, '') = coalesce(successors.product_line, '')
        and due.contract_id <> successors.contract_id
        and successors.starts_date > due.starts_date
        and successors.starts_date >= {{ add_days('due.ends_date', '-' ~ renewal_grace_days()) }}
    where naming_systems.source_system is null and due.customer_key <> 'unassigned'

),

ranked as (

    select
        candidates.*,
        successors.amends_contract_id is null as is_contract_of_its_own,
        row_number() over (
            partition by candidates.source_system, candidates.contract_id
            order by candidates.preference, candidates.starts_date, candidates.successor_id
        ) as choice
    from candidates
    inner join contracts as successors
        on candidates.source_system = successors.source_system and candidates.successor_id = successors.contract_id
    cross join context
    where coalesce(successors.signed_date, successors.starts_date) <= context.as_of_date
        -- one that was called off before its first day renewed nothing
        and (successors.cancelled_date is null or successors.cancelled_date > successors.starts_date)

),

chosen as (

    select ranked.*
    from ranked
    inner join due on ranked.source_system = due.source_system and ranked.contract_id = due.contract_id
    where ranked.choice = 1
        -- several that name the same contract renew it together, one product line each; what amends one of them is no more
        or (
            ranked.preference = 0
            and ranked.is_contract_of_its_own
            and ranked.starts_date <= {{ add_days('due.ends_date', renewal_grace_days() | int + 1) }}
        )

),

final as (

    select
        due.source_system,
        due.contract_id,
        chosen.successor_id,
        chosen.starts_date as successor_starts_date,
        coalesce(chosen.choice, 1) as choice
    from due
    left join chosen on due.source_system = chosen.source_system and due.contract_id = chosen.contract_id

)

select * from final
