-- Recency, frequency and money of each customer as of today; money follows the company's basis of revenue (rule R7).
with context as (
    select as_of_date, {{ add_days('as_of_date', -365) }} as window_start from {{ ref('run_context') }}
),

orders as (
    select
        purchases.customer_key,
        max(purchases.purchase_date) as last_order_date,
        count(distinct case when purchases.purchase_date > context.window_start then purchases.purchase_date end)
            as frequency
    from {{ ref('int_purchases') }} as purchases
    cross join context
    group by purchases.customer_key
),

revenue_days as (
    select 'recognised' as basis, customer_key, posting_date as entry_date, natural_amount as amount
    from {{ ref('fct_gl_entries') }}
    where account_class = 'revenue'
    union all
    select 'billed', customer_key, posted_date, net_amount
    from {{ ref('fct_invoices') }}
    where posted_date is not null
    union all
    select 'billed', customer_key, reversed_date, -net_amount
    from {{ ref('fct_invoices') }}
    where reversed_date is not null
    union all
    select 'booked', customer_key, purchase_date, net_amount
    from {{ ref('int_purchases') }}
),

revenue as (
    select revenue_days.customer_key, sum(revenue_days.amount) as net_revenue
    from revenue_days
    inner join {{ ref('int_profit_bases') }} as bases on bases.revenue_basis = revenue_days.basis
    cross join context
    where revenue_days.entry_date > context.window_start and revenue_days.entry_date <= context.as_of_date
    group by revenue_days.customer_key
),

final as (
    select
        customers.customer_key,
        context.as_of_date,
        orders.last_order_date,
        {{ days_between('orders.last_order_date', 'context.as_of_date') }} as recency_days,
        cast(coalesce(orders.frequency, 0) as bigint) as frequency,
        cast(coalesce(revenue.net_revenue, 0) as decimal(18, 2)) as net_revenue
    from {{ ref('dim_customers') }} as customers
    cross join context
    left join orders on orders.customer_key = customers.customer_key
    left join revenue on revenue.customer_key = customers.customer_key
    where customers.customer_key <> 'unassigned'
)

select * from final
