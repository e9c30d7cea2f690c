{{ config(schema='marts') }}

-- Revenue of a customer's first business and of all that came after it (metric 41), on the basis on which net revenue stands
-- (R7, int_profit_entries). A document belongs to the day of the order it bills, a credit note to that of the document it
-- corrects, so that what is credited stays with what was billed; a ledger entry to the day of its document.
with documents as (

    select
        invoices.*,
        coalesce(orders.order_date, first_orders.order_date, corrected.invoice_date, invoices.invoice_date) as origin_date
    from {{ ref('fct_invoices') }} as invoices
    left join {{ ref('fct_orders') }} as orders
        on orders.source_system = invoices.source_system and orders.order_id = invoices.order_id
    left join {{ ref('fct_invoices') }} as corrected on corrected.invoice_key = invoices.credited_invoice_key
    left join {{ ref('fct_orders') }} as first_orders
        on first_orders.source_system = corrected.source_system and first_orders.order_id = corrected.order_id
    where invoices.posted_date is not null

),

entries as (

    select 'billed' as basis, 'posted|' || invoice_key as entry_key, customer_key, origin_date, posted_date as entry_date, net_amount
    from documents
    union all
    select 'billed', 'reversed|' || invoice_key, customer_key, origin_date, reversed_date, -net_amount
    from documents where reversed_date is not null
    union all
    select 'booked', 'ordered|' || order_key, customer_key, order_date, booked_date, net_amount
    from {{ ref('fct_orders') }} where booked_date is not null
    union all
    select 'booked', 'cancelled|' || order_key, customer_key, order_date, reversed_date, -net_amount
    from {{ ref('fct_orders') }} where reversed_date is not null
    union all
    select 'recognised', 'ledger|' || ledger.gl_entry_key, ledger.customer_key, coalesce(documents.origin_date, ledger.posting_date),
        ledger.posting_date, ledger.natural_amount
    from {{ ref('fct_gl_entries') }} as ledger
    left join documents on documents.source_system = ledger.source_system and documents.invoice_id = ledger.document_id
    where ledger.account_class = 'revenue'
    union all
    -- what the ledger holds beyond the documents is nobody's
    select 'bridge', 'bridge|' || cast(month_start as string), customer_key, month_start, month_start, amount
    from {{ ref('int_profit_entries') }}
    where line = 'net_revenue' and basis = 'bridge'

),

chosen as (

    select entries.*
    from entries
    cross join {{ ref('int_profit_bases') }} as bases
    inner join {{ ref('run_context') }} as context on entries.entry_date <= context.as_of_date
    where entries.net_amount <> 0 and entries.basis in ('bridge', case
        -- before a ledger begins, what was billed stands in for what it would have recognised
        when bases.revenue_basis = 'recognised' and {{ month_start('entries.entry_date') }} < bases.ledger_from_month then 'billed'
        else bases.revenue_basis
    end)

),

-- a first document that was taken back as a whole, to be issued anew or for good, was no first business
firsts as (

    select days.customer_key, min(days.origin_date) as first_date
    from (
        select customer_key, origin_date
        from chosen
        group by customer_key, origin_date
        having sum(net_amount) > 0
    ) as days
    group by days.customer_key

),

final as (

    select
        chosen.entry_key,
        chosen.entry_date,
        chosen.customer_key,
        cast(chosen.net_amount as decimal(18, 2)) as net_amount,
        case
            when chosen.customer_key = 'unassigned' then 'unassigned'
            when chosen.origin_date <= firsts.first_date or firsts.first_date is null then 'first'
            else 'repeat'
        end as purchase_kind,
        {{ customer_segments(['region', 'owner', 'tier', 'customer_type', 'channel']) }}
    from chosen
    left join firsts on firsts.customer_key = chosen.customer_key
    {{ join_segments('chosen', 'chosen.entry_date') }}

)

select * from final
