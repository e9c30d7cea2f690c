{{ config(schema='marts') }}

-- Receipts applied in the month with the days that they took, and what is still open at its end with the days so far.
with applied as (

    select
        applications.customer_key,
        {{ month_start('applications.effective_date') }} as month_start,
        sum(applications.allocated_amount) as amount,
        sum(applications.allocated_amount * applications.collection_days) as days_amount
    from {{ ref('fct_payment_allocations') }} as applications
    cross join {{ ref('run_context') }} as context
    where applications.collection_days is not null
        and applications.effective_date <= context.as_of_date
        and (applications.reversed_date is null or applications.reversed_date > context.as_of_date)
    group by applications.customer_key, {{ month_start('applications.effective_date') }}

),

waiting as (

    select
        items.customer_key,
        items.month_start,
        sum(items.amount) as amount,
        sum(items.amount * greatest({{ days_between('invoices.invoice_date', 'items.as_of_date') }}, 0)) as days_amount
    from {{ ref('int_receivable_month_items') }} as items
    inner join {{ ref('fct_invoices') }} as invoices on items.item_key = invoices.invoice_key
    -- what is never applied would leave every invoice waiting
    inner join {{ ref('int_profit_bases') }} as bases on bases.has_applications
    where items.item_type = 'invoice' and items.amount > 0
    group by items.customer_key, items.month_start

),

summed as (

    select customer_key, month_start, sum(amount) as amount, sum(days_amount) as days_amount
    from (select * from applied union all select * from waiting) as parts
    group by customer_key, month_start

),

final as (

    select
        summed.customer_key,
        summed.month_start,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        cast(summed.amount as decimal(18, 2)) as amount,
        cast(summed.days_amount as decimal(38, 2)) as days_amount
    from summed
    {{ join_segments('summed', 'summed.month_start') }}

)

select * from final
