-- Sales people and unassigned sum to the company: won deals to the facts, revenue to the customer months.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

summed as (
    select sum(won_opportunities) as won_count, sum(won_amount) as won_amount, sum(net_revenue) as net_revenue, sum(new_customers) as new_customers
    from {{ ref('sales_performance') }}
),

deals as (
    select count(*) as won_count, sum(opportunities.amount) as won_amount
    from {{ ref('fct_opportunities') }} as opportunities
    inner join context on opportunities.closed_date <= context.as_of_date
    where opportunities.outcome = 'won'
),

revenue as (
    select sum(months.net_revenue) as net_revenue
    from {{ ref('customer_months') }} as months
    inner join context on months.month_start <= context.as_of_date
),

customers as (
    select count(*) as new_customers
    from {{ ref('int_customer_starts') }} as starts
    inner join context on starts.is_proven_new and starts.first_active_date <= context.as_of_date
)

select *
from summed
cross join deals
cross join revenue
cross join customers
where coalesce(summed.won_count, 0) <> deals.won_count
    or coalesce(summed.won_amount, 0) <> coalesce(deals.won_amount, 0)
    or coalesce(summed.net_revenue, 0) <> coalesce(revenue.net_revenue, 0)
    or coalesce(summed.new_customers, 0) <> customers.new_customers
