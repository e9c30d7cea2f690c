with context as (

    select as_of_date from {{ ref('run_context') }}

),

contracts as (

    select
        contracts.*,
        coalesce(contracts.signed_date, contracts.starts_date) as booked_date,
        -- a contract without an end is booked for a year
        {{ to_money("contracts.amount * cast(case contracts.amount_basis
            when 'per_month' then coalesce(contracts.term_months, 12)
            when 'per_year' then coalesce(contracts.term_months, 12) / 12
            else 1 end as decimal(18, 8))") }} as contract_value,
        case when contracts.ends_date is not null then {{ days_between('contracts.starts_date', 'contracts.ends_date') }} + 1 else 365 end
            as term_days
    from {{ ref('fct_contracts') }} as contracts
    where not contracts.is_draft

),

events as (

    select
        contracts.*,
        case when contracts.amends_contract_id is not null then 'amended' else 'signed' end as event_type,
        contracts.booked_date as event_date,
        -- an amendment books what it adds to what was left of the contract that it changes
        contracts.contract_value - coalesce(case when amended.ends_date is null then amended.contract_value
            else {{ share_of_money('amended.contract_value',
                'coalesce(' ~ months_of_term('contracts.starts_date', add_days('amended.ends_date', 1)) ~ ', 0)',
                'amended.term_months') }} end, 0) as event_amount,
        {{ annual_value('contracts') }} - coalesce({{ annual_value('amended') }}, 0) as annual_amount
    from contracts
    left join contracts as amended
        on contracts.source_system = amended.source_system
        and contracts.amends_contract_id = amended.contract_id
    union all
    select
        contracts.*,
        'cancelled' as event_type,
        contracts.cancelled_date as event_date,
        -- what the customer will not have any more
        {{ to_money("-contracts.contract_value * cast(least(contracts.term_days, greatest(0, contracts.term_days - "
            ~ days_between('contracts.starts_date', 'contracts.cancelled_date')
            ~ ")) / cast(contracts.term_days as double) as decimal(18, 8))") }} as event_amount,
        -{{ annual_value('contracts') }} as annual_amount
    from contracts
    where contracts.cancelled_date is not null

),

final as (

    select
        events.contract_key,
        events.event_type,
        events.event_date as booked_date,
        events.source_system,
        events.contract_id,
        events.customer_key,
        events.owner_id,
        events.product_line,
        events.contract_type,
        cast(events.event_amount as decimal(18, 2)) as booked_amount,
        cast(events.annual_amount as decimal(18, 2)) as annualised_amount,
        cast(events.contract_value as decimal(18, 2)) as contract_value,
        events.is_missing_rate
    from events
    cross join context
    where events.event_date <= context.as_of_date

)

select * from final
