{{ config(schema='marts') }}

-- Billed revenue of a customer's first business and of all that came after it (metric 41). A document belongs to the day of
-- the order it bills, a credit note to that of the document it corrects, so that what is credited stays with what was billed.
with invoices as (

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

firsts as (

    select customer_key, min(origin_date) as first_date
    from invoices
    where document_type = 'invoice'
    group by customer_key

),

entries as (

    select invoice_key, 'posted' as entry_kind, customer_key, origin_date, posted_date as entry_date, net_amount from invoices
    union all
    select invoice_key, 'reversed', customer_key, origin_date, reversed_date, -net_amount from invoices where reversed_date is not null

),

final as (

    select
        entries.invoice_key,
        entries.entry_kind,
        entries.entry_date,
        entries.customer_key,
        entries.net_amount,
        case
            when entries.customer_key = 'unassigned' then 'unassigned'
            when entries.origin_date <= firsts.first_date or firsts.first_date is null then 'first'
            else 'repeat'
        end as purchase_kind,
        {{ customer_segments(['region', 'owner', 'tier', 'customer_type', 'channel']) }}
    from entries
    inner join {{ ref('run_context') }} as context on entries.entry_date <= context.as_of_date
    left join firsts on firsts.customer_key = entries.customer_key
    {{ join_segments('entries', 'entries.entry_date') }}

)

select * from final
