-- What the applications of metric 71 hold, in the currency of the receipts, is what was received and is not open any more.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

applied as (
    select applications.settling_currency as currency, sum(applications.document_settling_amount) as amount
    from {{ ref('fct_payment_allocations') }} as applications
    cross join context
    where applications.allocation_type = 'receipt' and applications.effective_date <= context.as_of_date
        and (applications.reversed_date is null or applications.reversed_date > context.as_of_date)
    group by applications.settling_currency
),

received as (
    select payments.currency, sum(payments.document_amount) as amount
    from {{ ref('fct_payments') }} as payments
    cross join context
    where payments.payment_date <= context.as_of_date
        and (payments.reversed_date is null or payments.reversed_date > context.as_of_date)
    group by payments.currency
),

-- an unapplied receipt is owed to the customer: below zero
unapplied as (
    select currency, -sum(document_amount) as amount
    from {{ ref('int_receivable_month_items') }}
    where item_type = 'receipt' and month_start = (select max(month_start) from {{ ref('int_receivable_month_items') }})
    group by currency
),

everything as (
    select currency, amount as applied_amount, 0 as received_amount, 0 as unapplied_amount from applied
    union all
    select currency, 0, amount, 0 from received
    union all
    select currency, 0, 0, amount from unapplied
)

select currency, sum(applied_amount) as applied_amount, sum(received_amount) as received_amount, sum(unapplied_amount) as unapplied_amount
from everything
group by currency
having sum(applied_amount) <> sum(received_amount) - sum(unapplied_amount)
