{{ config(schema='marts') }}

with orders as (

    select {{ month_start('purchase_date') }} as month_start, count(*) as order_count
    from {{ ref('int_purchases') }}
    cross join {{ ref('run_context') }} as context
    where purchase_date <= context.as_of_date
    group by {{ month_start('purchase_date') }}

),

-- with the difference to the ledger, the lines sum to the ledger's selling expense
expense as (

    select month_start, sum(amount) as selling_amount
    from {{ ref('int_profit_entries') }}
    where line in ('selling', 'rebate', 'selling_unattributed')
    group by month_start

),

final as (

    select
        coalesce(orders.month_start, expense.month_start) as month_start,
        coalesce(orders.order_count, 0) as order_count,
        cast(coalesce(expense.selling_amount, 0) as decimal(18, 2)) as selling_amount
    from orders
    full outer join expense on orders.month_start = expense.month_start

)

select * from final
