-- I18: the money of customer months is the money of the facts, up to today.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

months as (
    select
        sum(order_net_amount) as order_net_amount,
        sum(billed_gross_amount) as billed_gross_amount,
        sum(collected_amount) as collected_amount,
        sum(order_count) as order_count
    from {{ ref('int_customer_month_amounts') }}
),

facts as (
    select
        (select sum(net_amount) from {{ ref('int_purchases') }}) as order_net_amount,
        (select count(*) from {{ ref('int_purchases') }}) as order_count,
        (select sum(gross_amount) from {{ ref('fct_invoices') }} inner join context on posted_date <= as_of_date)
            - (select coalesce(sum(gross_amount), 0) from {{ ref('fct_invoices') }} inner join context on reversed_date <= as_of_date)
            as billed_gross_amount,
        (select sum(amount) from {{ ref('fct_payments') }} inner join context on payment_date <= as_of_date)
            - (select coalesce(sum(amount), 0) from {{ ref('fct_payments') }} inner join context on reversed_date <= as_of_date)
            as collected_amount
)

select months.*, facts.*
from months
cross join facts
where months.order_count <> facts.order_count
    or months.order_net_amount <> coalesce(facts.order_net_amount, 0)
    or months.billed_gross_amount <> coalesce(facts.billed_gross_amount, 0)
    or months.collected_amount <> coalesce(facts.collected_amount, 0)
