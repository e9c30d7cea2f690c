-- First and last dates of each customer, out of what happened.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

records as (
    select customer_key, min(known_since_date) as first_record_date
    from {{ ref('int_customer_records') }}
    group by customer_key
),

orders as (
    select orders.customer_key, min(orders.order_date) as first_order_date, max(orders.order_date) as last_order_date
    from {{ ref('fct_orders') }} as orders
    cross join context
    where orders.is_booked and orders.order_date <= context.as_of_date
    group by orders.customer_key
),

invoices as (
    select
        invoices.customer_key,
        min(invoices.invoice_date) as first_invoice_date,
        max(invoices.invoice_date) as last_invoice_date
    from {{ ref('fct_invoices') }} as invoices
    cross join context
    where invoices.is_posted and invoices.document_type = 'invoice' and invoices.invoice_date <= context.as_of_date
    group by invoices.customer_key
),

spells as (
    select
        spells.customer_key,
        min(spells.active_from) as first_active_date,
        max({{ as_flag('context.as_of_date >= spells.active_from and context.as_of_date < spells.active_until') }}) = 1
            as is_active
    from {{ ref('int_activity_spells') }} as spells
    cross join context
    group by spells.customer_key
),

final as (
    select
        records.customer_key,
        least(
            records.first_record_date,
            coalesce(orders.first_order_date, context.as_of_date),
            coalesce(invoices.first_invoice_date, context.as_of_date),
            coalesce(spells.first_active_date, context.as_of_date),
            context.as_of_date
        ) as known_since_date,
        spells.first_active_date,
        coalesce(spells.is_active, false) as is_active,
        orders.first_order_date,
        orders.last_order_date,
        invoices.first_invoice_date,
        invoices.last_invoice_date
    from records
    cross join context
    left join orders on orders.customer_key = records.customer_key
    left join invoices on invoices.customer_key = records.customer_key
    left join spells on spells.customer_key = records.customer_key
)

select * from final
