{{ config(schema='marts') }}

-- a condition on one side of an outer join alone makes DuckDB compare each row with each
with keyed as (

    select *, case when purchase_type = 'order' then purchase_key end as order_key
    from {{ ref('int_purchases') }}

),

purchases as (

    select
        keyed.*,
        orders.channel,
        orders.owner_id
    from keyed
    left join {{ ref('fct_orders') }} as orders on orders.order_key = keyed.order_key

),

-- what was credited later of what an order was billed with, back on the day of the order
credits as (

    select
        coalesce(case when brought.order_count > 0 then {{ source_key('corrected.source_system', 'corrected.order_id') }} end,
            corrected.invoice_key) as purchase_key,
        sum(invoices.net_amount) as credited_amount
    from {{ ref('fct_invoices') }} as invoices
    inner join {{ ref('run_context') }} as context on invoices.invoice_date <= context.as_of_date
    inner join {{ ref('fct_invoices') }} as corrected on corrected.invoice_key = invoices.credited_invoice_key
    cross join (select count(*) as order_count from {{ ref('fct_orders') }}) as brought
    where invoices.document_type = 'credit_note' and invoices.is_posted
    group by 1

),

final as (

    select
        purchases.purchase_key,
        purchases.purchase_date,
        {{ segment('purchases.channel') }} as channel,
        {{ segment('purchases.owner_id') }} as owner,
        {{ customer_segments() }},
        purchases.net_amount,
        cast(purchases.net_amount + coalesce(credits.credited_amount, 0) as decimal(18, 2)) as amount_after_returns,
        {{ as_flag('purchases.net_amount <= 0') }} as is_free
    from purchases
    left join credits on credits.purchase_key = purchases.purchase_key
    {{ join_segments('purchases', 'purchases.purchase_date') }}

)

select * from final
