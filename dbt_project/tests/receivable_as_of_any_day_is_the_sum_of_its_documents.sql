-- The receivable of a day, item by item, equals the documents up to that day: applications move money and create none.
with context as (
    select as_of_date, {{ add_days('as_of_date', -45) }} as past_date from {{ ref('run_context') }}
),

items as (
    select as_of.currency, sum(as_of.document_amount) as amount
    from (
        {{ receivable_items_as_of("(select past_date from context)") }}
    ) as as_of
    group by as_of.currency
),

documents as (
    select currency, posted_date as event_date, document_gross_amount as amount from {{ ref('fct_invoices') }} where posted_date is not null
    union all
    select currency, reversed_date, -document_gross_amount from {{ ref('fct_invoices') }} where reversed_date is not null
    union all
    select currency, payment_date, -document_amount from {{ ref('fct_payments') }}
    union all
    select currency, reversed_date, document_amount from {{ ref('fct_payments') }} where reversed_date is not null
    union all
    select currency, adjusted_date, -document_amount from {{ ref('fct_receivable_adjustments') }}
    union all
    -- an application across currencies takes from one what it gives to the other
    select currency, effective_date, -document_allocated_amount from {{ ref('fct_payment_allocations') }} where is_effective and currency <> settling_currency
    union all
    select settling_currency, effective_date, document_settling_amount from {{ ref('fct_payment_allocations') }} where is_effective and currency <> settling_currency
),

expected as (
    select documents.currency, sum(documents.amount) as amount
    from documents
    inner join context on documents.event_date <= context.past_date
    group by documents.currency
)

select coalesce(items.currency, expected.currency) as currency, items.amount as item_amount, expected.amount as document_amount
from items
full outer join expected on expected.currency = items.currency
where coalesce(items.amount, 0) <> coalesce(expected.amount, 0)
