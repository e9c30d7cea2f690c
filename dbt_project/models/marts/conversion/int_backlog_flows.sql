-- What contracts brought to be done, what was billed of it, and what was left of it when they were over. Amounts of balances
-- that are released stand at the rate of that day, as all balances do.
with context as (

    select as_of_date, reporting_currency from {{ ref('run_context') }}

),

contracts as (

    select * from {{ ref('int_contract_values') }}

),

changes as (

    select contract_key, booked_date as flow_date, case when event_type = 'cancelled' then 'cancelled' else 'booked' end as flow_type,
        booked_amount + replaced_amount as amount
    from {{ ref('contract_bookings') }}
    union all
    -- what an amendment replaces leaves the contract that it replaces
    select replaced_contract_key, booked_date, 'booked', -replaced_amount
    from {{ ref('contract_bookings') }}
    where replaced_contract_key is not null
    union all
    select contract_key, {{ add_days('billing_begins_date', -1) }}, 'billed', billed_before_amount
    from contracts
    where billed_before_amount <> 0

),

flows as (

    select
        contracts.contract_key,
        contracts.currency,
        changes.flow_date,
        changes.flow_type,
        cast(changes.amount as decimal(18, 2)) as amount,
        -- the amount of the contract carries the rate of its signing
        cast(changes.amount as double) * contracts.documents_per_amount as document_amount
    from changes
    inner join contracts on changes.contract_key = contracts.contract_key
    {%- for day, sign in [('posted_date', ''), ('reversed_date', '-')] %}
    union all
    select
        contracts.contract_key,
        invoices.currency,
        invoices.{{ day }},
        'billed',
        cast({{ sign }}invoices.net_amount as decimal(18, 2)),
        cast({{ sign }}invoices.document_net_amount as double)
    from {{ ref('fct_invoices') }} as invoices
    inner join contracts on invoices.contract_id = contracts.contract_id and contracts.is_named_by_invoices
    where invoices.{{ day }} is not null
    {%- endfor %}

),

known as (

    select flows.contract_key, flows.currency, flows.flow_date, flows.flow_type, flows.amount,
        {{ as_decimal('flows.document_amount') }} as document_amount
    from flows
    inner join context on flows.flow_date <= context.as_of_date

),

-- what stands when a contract is over will not be done; what is billed or booked later takes from that, or adds to it
released as (

    select
        known.contract_key,
        known.currency,
        greatest(known.flow_date, contracts.released_date) as flow_date,
        sum(case when known.flow_type = 'billed' then known.document_amount else -known.document_amount end) as document_amount
    from known
    inner join contracts on known.contract_key = contracts.contract_key
    where contracts.released_date is not null
    group by known.contract_key, known.currency, greatest(known.flow_date, contracts.released_date)

),

everything as (

    select * from known
    union all
    select released.contract_key, released.currency, released.flow_date, 'released',
        {{ converted('released.document_amount', 'rates') }}, released.document_amount
    from released
    cross join context
    {{ join_rates('rates', 'released.currency', 'context.reporting_currency', 'released.flow_date') }}

),

final as (

    select
        everything.contract_key,
        {{ segment('contracts.product_line') }} as product_line,
        everything.currency,
        {{ month_start('everything.flow_date') }} as month_start,
        everything.flow_type,
        cast(sum(coalesce(everything.amount, 0)) as decimal(18, 2)) as amount,
        cast(sum(everything.document_amount) as decimal(18, 4)) as document_amount
    from everything
    inner join contracts on everything.contract_key = contracts.contract_key
    group by
        everything.contract_key, {{ segment('contracts.product_line') }}, everything.currency, {{ month_start('everything.flow_date') }},
        everything.flow_type

)

select * from final
