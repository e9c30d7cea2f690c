-- A purchase is an order that is not cancelled; where a company brings no orders, a posted invoice of positive
-- amount.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

brought as (
    select count(*) as order_count from {{ ref('fct_orders') }}
)

select
    orders.order_key as purchase_key,
    'order' as purchase_type,
    orders.customer_key,
    orders.order_date as purchase_date,
    orders.net_amount
from {{ ref('fct_orders') }} as orders
inner join context on orders.order_date <= context.as_of_date
where orders.is_booked
union all
select
    invoices.invoice_key as purchase_key,
    'invoice' as purchase_type,
    invoices.customer_key,
    invoices.invoice_date as purchase_date,
    invoices.net_amount
from {{ ref('fct_invoices') }} as invoices
inner join context on invoices.invoice_date <= context.as_of_date
cross join brought
where invoices.is_posted and invoices.document_gross_amount > 0 and brought.order_count = 0
