with context as (

    select as_of_date from {{ ref('run_context') }}

),

contracts as (

    select
        contracts.*,
        coalesce(contracts.signed_date, contracts.starts_date) as booked_date,
        -- a contract without an end is booked for a year
        coalesce({{ add_days('contracts.ends_date', 1) }}, {{ add_months('contracts.starts_date', 12) }}) as booked_until_date,
        coalesce(contracts.term_months, 12) as booked_months,
        {{ to_money("contracts.amount * cast(case contracts.amount_basis
            when 'per_month' then coalesce(contracts.term_months, 12)
            when 'per_year' then coalesce(contracts.term_months, 12) / 12
            else 1 end as decimal(18, 8))") }} as contract_value,
        case when contracts.ends_date is not null then {{ days_between('contracts.starts_date', 'contracts.ends_date') }} + 1 else 365 end
            as term_days,
        contracts.amends_contract_id is not null and coalesce(contracts.cancelled_date <= contracts.starts_date, false) as is_called_off
    from {{ ref('fct_contracts') }} as contracts
    where not contracts.is_draft

),

-- a second amendment of a contract takes the place of the first, unless that was called off before its first day
earlier as (

    select
        contracts.contract_key,
        earlier.contract_id,
        row_number() over (
            partition by contracts.contract_key order by earlier.starts_date desc, earlier.contract_id desc
        ) as place
    from contracts
    inner join contracts as earlier
        on contracts.source_system = earlier.source_system
        and contracts.amends_contract_id = earlier.amends_contract_id
        and not earlier.is_called_off
        and (
            earlier.starts_date < contracts.starts_date
            or (earlier.starts_date = contracts.starts_date and earlier.contract_id < contracts.contract_id)
        )

),

amended as (

    select
        contracts.contract_key,
        replaced.contract_key as replaced_contract_key,
        -- what was left of the term of the contract that it replaces, and a year of it; nothing where that was cancelled before
        case when replaced.cancelled_date < contracts.starts_date then 0 else coalesce({{ share_of_money('replaced.contract_value',
            'coalesce(' ~ months_of_term('greatest(contracts.starts_date, replaced.starts_date)', 'replaced.booked_until_date') ~ ', 0)',
            'replaced.booked_months') }}, 0) end as replaced_amount,
        case when replaced.cancelled_date < contracts.starts_date then 0 else {{ annual_value('replaced') }} end as replaced_annual_amount
    from contracts
    left join earlier on contracts.contract_key = earlier.contract_key and earlier.place = 1
    inner join contracts as replaced
        on contracts.source_system = replaced.source_system
        and coalesce(earlier.contract_id, contracts.amends_contract_id) = replaced.contract_id

),

events as (

    select
        contracts.*,
        case when contracts.amends_contract_id is not null then 'amended' else 'signed' end as event_type,
        contracts.booked_date as event_date,
        contracts.contract_value - coalesce(amended.replaced_amount, 0) as event_amount,
        {{ annual_value('contracts') }} - coalesce(amended.replaced_annual_amount, 0) as annual_amount,
        amended.replaced_contract_key,
        coalesce(amended.replaced_amount, 0) as replaced_amount
    from contracts
    left join amended on contracts.contract_key = amended.contract_key
    union all
    select
        contracts.*,
        'cancelled' as event_type,
        contracts.cancelled_date as event_date,
        -- what the customer will not have any more; the contract that the amendment would have replaced goes on
        {{ to_money("-contracts.contract_value * cast(least(contracts.term_days, greatest(0, contracts.term_days - "
            ~ days_between('contracts.starts_date', 'contracts.cancelled_date')
            ~ ")) / cast(contracts.term_days as double) as decimal(18, 8))") }} + coalesce(called_off.replaced_amount, 0) as event_amount,
        coalesce(called_off.replaced_annual_amount, 0) - {{ annual_value('contracts') }} as annual_amount,
        called_off.replaced_contract_key,
        -coalesce(called_off.replaced_amount, 0) as replaced_amount
    from contracts
    left join amended as called_off
        on called_off.contract_key = case when contracts.is_called_off then contracts.contract_key end
    -- what an amendment replaced cannot be cancelled any more
    where contracts.cancelled_date < coalesce(contracts.replaced_from_date, {{ no_end() }})

),

final as (

    select
        events.contract_key,
        events.event_type,
        events.event_date as booked_date,
        events.source_system,
        events.contract_id,
        events.customer_key,
        coalesce(owners.owner_id, events.owner_id) as owner_id,
        events.product_line,
        events.contract_type,
        cast(events.event_amount as decimal(18, 2)) as booked_amount,
        cast(events.annual_amount as decimal(18, 2)) as annualised_amount,
        cast(events.contract_value as decimal(18, 2)) as contract_value,
        events.replaced_contract_key,
        cast(events.replaced_amount as decimal(18, 2)) as replaced_amount,
        events.is_missing_rate
    from events
    cross join context
    {{ join_owner_of_then('owners', 'int_contract_owners', 'events', 'contract_id', 'events.event_date') }}
    where events.event_date <= context.as_of_date

)

select * from final
