-- Recency, frequency and money of each customer as of today. Money follows the company's basis of revenue and, for the margin,
-- of what was sold (rule R7).
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

entries as (
    select account_class, 'recognised' as basis, customer_key, posting_date as entry_date, natural_amount as amount
    from {{ ref('fct_gl_entries') }}
    where account_class in ('revenue', 'cogs')
    {%- for class, basis, table, amount, first_date in [
        ('revenue', 'billed', ref('fct_invoices'), 'net_amount', 'posted_date'),
        ('cogs', 'billed', ref('fct_invoice_lines'), 'cost_amount', 'posted_date'),
        ('revenue', 'booked', ref('fct_orders'), 'net_amount', 'booked_date'),
        ('cogs', 'booked', ref('fct_order_lines'), 'cost_amount', 'booked_date'),
    ] %}
    union all
    select '{{ class }}', '{{ basis }}', customer_key, {{ first_date }}, {{ amount }}
    from {{ table }}
    where {{ first_date }} is not null
    union all
    select '{{ class }}', '{{ basis }}', customer_key, reversed_date, -{{ amount }}
    from {{ table }}
    where reversed_date is not null
    {%- endfor %}
),

money as (
    select
        entries.customer_key,
        sum(case when entries.account_class = 'revenue' then entries.amount else 0 end) as net_revenue,
        sum(case when entries.account_class = 'cogs' then entries.amount else 0 end) as cogs_amount
    from entries
    inner join {{ ref('int_profit_bases') }} as bases
        on entries.basis = case
            -- before a ledger begins, what was billed stands in for what it would have recognised
            when {{ month_start('entries.entry_date') }} < bases.ledger_from_month
                and case when entries.account_class = 'revenue' then bases.revenue_basis else bases.cogs_basis end = 'recognised'
                then 'billed'
            when entries.account_class = 'revenue' then bases.revenue_basis
            else bases.cogs_basis
        end
    cross join context
    where entries.entry_date > context.window_start and entries.entry_date <= context.as_of_date
    group by entries.customer_key
),

final as (
    select
        customers.customer_key,
        context.as_of_date,
        orders.last_order_date,
        {{ days_between('orders.last_order_date', 'context.as_of_date') }} as recency_days,
        cast(coalesce(orders.frequency, 0) as bigint) as frequency,
        {{ if_revenue('coalesce(money.net_revenue, 0)') }} as net_revenue,
        -- where no cost of goods names customers there is no margin, and revenue must not stand in for it
        cast(case when bases.names_cogs
            then coalesce(money.net_revenue, 0) - coalesce(money.cogs_amount, 0) end as decimal(18, 2)) as gross_margin,
        coalesce(starts.is_proven_new and {{ days_between('starts.first_active_date', 'context.as_of_date') }}
            < {{ new_customer_days() }}, false) as is_new
    from {{ ref('dim_customers') }} as customers
    cross join context
    cross join {{ ref('int_profit_bases') }} as bases
    left join orders on orders.customer_key = customers.customer_key
    left join money on money.customer_key = customers.customer_key
    left join {{ ref('int_customer_starts') }} as starts on starts.customer_key = customers.customer_key
    where customers.customer_key <> 'unassigned'
)

select * from final
