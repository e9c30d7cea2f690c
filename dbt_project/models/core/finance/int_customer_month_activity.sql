with context as (
    select as_of_date from {{ ref('run_context') }}
),

purchases as (
    select
        customer_key,
        {{ month_start('purchase_date') }} as month_start,
        count(*) as order_count,
        count(distinct purchase_date) as order_days,
        sum(net_amount) as order_net_amount
    from {{ ref('int_purchases') }}
    group by customer_key, {{ month_start('purchase_date') }}
),

cancelled_orders as (
    select
        orders.customer_key,
        {{ month_start('orders.cancelled_date') }} as month_start,
        count(*) as cancelled_order_count
    from {{ ref('fct_orders') }} as orders
    inner join context on orders.cancelled_date <= context.as_of_date
    group by orders.customer_key, {{ month_start('orders.cancelled_date') }}
),

-- a reversed document leaves on its own day what it brought on its first
postings as (
    select customer_key, posted_date as entry_date, document_type, net_amount, gross_amount, 1 as documents
    from {{ ref('fct_invoices') }} where posted_date is not null
    union all
    select customer_key, reversed_date, document_type, -net_amount, -gross_amount, -1
    from {{ ref('fct_invoices') }} where reversed_date is not null
),

billed as (
    select
        postings.customer_key,
        {{ month_start('postings.entry_date') }} as month_start,
        sum(case when postings.document_type = 'invoice' then postings.documents else 0 end) as invoice_count,
        sum(postings.net_amount) as billed_net_amount,
        sum(postings.gross_amount) as billed_gross_amount
    from postings
    inner join context on postings.entry_date <= context.as_of_date
    group by postings.customer_key, {{ month_start('postings.entry_date') }}
),

receipts as (
    select customer_key, payment_date as entry_date, amount, 1 as payments from {{ ref('fct_payments') }}
    union all
    select customer_key, reversed_date, -amount, -1 from {{ ref('fct_payments') }} where reversed_date is not null
),

collected as (
    select
        receipts.customer_key,
        {{ month_start('receipts.entry_date') }} as month_start,
        sum(receipts.payments) as payment_count,
        sum(receipts.amount) as collected_amount
    from receipts
    inner join context on receipts.entry_date <= context.as_of_date
    group by receipts.customer_key, {{ month_start('receipts.entry_date') }}
),

members as (
    {%- for part in ['purchases', 'cancelled_orders', 'billed', 'collected'] %}
    select customer_key, month_start from {{ part }}
    {{ 'union' if not loop.last }}
    {%- endfor %}
)

select
    members.customer_key,
    members.month_start,
    {%- for column, part in [
        ('order_count', 'purchases'), ('order_days', 'purchases'), ('cancelled_order_count', 'cancelled_orders'),
        ('invoice_count', 'billed'), ('payment_count', 'collected'),
    ] %}
    cast(coalesce({{ part }}.{{ column }}, 0) as bigint) as {{ column }},
    {%- endfor %}
    {%- for column, part in [
        ('order_net_amount', 'purchases'), ('billed_net_amount', 'billed'), ('billed_gross_amount', 'billed'),
        ('collected_amount', 'collected'),
    ] %}
    cast(coalesce({{ part }}.{{ column }}, 0) as decimal(18, 2)) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from members
{%- for part in ['purchases', 'cancelled_orders', 'billed', 'collected'] %}
left join {{ part }} on {{ part }}.customer_key = members.customer_key and {{ part }}.month_start = members.month_start
{%- endfor %}
