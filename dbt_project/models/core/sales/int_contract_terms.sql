with contracts as (

    select
        contracts.*,
        coalesce(contracts.cancelled_on, cancellations.first_seen_cancelled_date) as cancelled_date,
        case when contracts.ends_on is not null then {{ add_days('contracts.ends_on', 1) }} end as day_after_end
    from {{ ref('stg_crm__contracts') }} as contracts
    left join {{ ref('int_contract_cancellations') }} as cancellations
        on contracts.source_system = cancellations.source_system
        and contracts.contract_id = cancellations.contract_id

),

-- an amendment states the terms anew: from its first day it stands in the place of what it amends, whatever its type is called
amendments as (

    select source_system, contract_id, amended_contract_id, starts_on
    from {{ ref('int_contract_amendments') }}
    where not is_called_off

),

replacements as (

    select
        source_system,
        contract_id,
        lead(starts_on) over (
            partition by source_system, amended_contract_id order by starts_on, contract_id
        ) as replaced_from_date
    from amendments
    union all
    select source_system, amended_contract_id as contract_id, min(starts_on) as replaced_from_date
    from amendments
    group by source_system, amended_contract_id

),

first_replacements as (

    select source_system, contract_id, min(replaced_from_date) as replaced_from_date
    from replacements
    group by source_system, contract_id

),

final as (

    select
        contracts.*,
        first_replacements.replaced_from_date,
        -- the first day on which the contract is no longer in force; null while no end is known
        nullif(least(
            coalesce(contracts.day_after_end, {{ no_end() }}),
            coalesce(contracts.cancelled_date, {{ no_end() }}),
            coalesce(first_replacements.replaced_from_date, {{ no_end() }})
        ), {{ no_end() }}) as in_force_until_date,
        {{ months_of_term('contracts.starts_on', 'contracts.day_after_end') }} as term_months,
        case contracts.amount_basis
            when 'per_month' then cast(contracts.contract_amount as double)
            when 'per_year' then cast(contracts.contract_amount as double) / 12
            -- an amount for the whole term without an end has no month to be spread over
            else cast(contracts.contract_amount as double)
                / {{ months_of_term('contracts.starts_on', 'contracts.day_after_end') }}
        end as amount_per_month
    from contracts
    left join first_replacements
        on contracts.source_system = first_replacements.source_system
        and contracts.contract_id = first_replacements.contract_id

)

select * from final
