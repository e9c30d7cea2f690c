-- What contracts brought to be done, and what was billed of it. An invoice names its contract by the number that the CRM
-- gave it; where two systems gave one, it belongs to the first.
with context as (

    select as_of_date from {{ ref('run_context') }}

),

contracts as (

    select
        *,
        row_number() over (partition by contract_id order by source_system, contract_key) as place
    from {{ ref('fct_contracts') }}
    where not is_draft

),

flows as (

    select
        bookings.contract_key,
        contracts.product_line,
        contracts.currency,
        bookings.booked_date as flow_date,
        case when bookings.event_type = 'cancelled' then 'cancelled' else 'booked' end as flow_type,
        bookings.booked_amount as amount,
        -- the amount of the contract carries the rate of its signing
        {{ safe_ratio('cast(bookings.booked_amount as double) * cast(contracts.document_amount as double)', 'contracts.amount') }}
            as document_amount
    from {{ ref('contract_bookings') }} as bookings
    inner join contracts on bookings.contract_key = contracts.contract_key
    {%- for day, sign in [('posted_date', ''), ('reversed_date', '-')] %}
    union all
    select
        contracts.contract_key,
        contracts.product_line,
        invoices.currency,
        invoices.{{ day }},
        'billed',
        cast({{ sign }}invoices.net_amount as decimal(18, 2)),
        cast({{ sign }}invoices.document_net_amount as double)
    from {{ ref('fct_invoices') }} as invoices
    inner join contracts on invoices.contract_id = contracts.contract_id and contracts.place = 1
    where invoices.{{ day }} is not null
    {%- endfor %}

),

final as (

    select
        flows.contract_key,
        {{ segment('flows.product_line') }} as product_line,
        flows.currency,
        {{ month_start('flows.flow_date') }} as month_start,
        flows.flow_type,
        cast(sum(flows.amount) as decimal(18, 2)) as amount,
        cast(sum({{ as_decimal('flows.document_amount') }}) as decimal(18, 4)) as document_amount
    from flows
    inner join context on flows.flow_date <= context.as_of_date
    group by
        flows.contract_key, {{ segment('flows.product_line') }}, flows.currency, {{ month_start('flows.flow_date') }}, flows.flow_type

)

select * from final
