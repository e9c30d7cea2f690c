-- Every change of what customers owe, with its date. An item is an invoice (open until settled), a receipt or a credit
-- note (open until applied). An application moves money between two items, so receivables change by documents alone.
with context as (
    select reporting_currency, ledger_currency from {{ ref('run_context') }}
),

invoices as (
    select * from {{ ref('fct_invoices') }} where posted_date is not null
),

payments as (
    select * from {{ ref('fct_payments') }}
),

applications as (
    select * from {{ ref('fct_payment_allocations') }} where is_effective
),

documents as (
    select
        invoice_key as item_key, document_type as item_type, customer_key, posted_date, reversed_date, currency,
        case when document_type = 'credit_note' then 'credit_notes' else 'billed' end as bridge_line,
        document_gross_amount as document_amount, ledger_gross_amount as ledger_amount, gross_amount as amount
    from invoices
    union all
    select
        payment_key, 'receipt', customer_key, payment_date, reversed_date, currency,
        'receipts', -document_amount, -ledger_amount, -amount
    from payments
),

moves as (
    select
        applications.invoice_key as item_key, invoices.document_type as item_type, applications.customer_key,
        applications.effective_date, applications.reversed_date, applications.currency,
        -applications.document_allocated_amount as document_amount
    from applications
    inner join invoices on invoices.invoice_key = applications.invoice_key
    union all
    select
        case when allocation_type = 'receipt' then payment_key else credit_note_key end,
        allocation_type, payer_customer_key, effective_date, reversed_date, settling_currency, document_settling_amount
    from applications
),

both_ways as (
    select item_key, item_type, customer_key, currency, effective_date as event_date, document_amount from moves
    union all
    select item_key, item_type, customer_key, currency, reversed_date as event_date, -document_amount from moves
    where reversed_date is not null
)

{% set event_columns = 'item_key, item_type, customer_key, currency, bridge_line' -%}
select
    {{ event_columns }}, posted_date as event_date,
    document_amount, ledger_amount, amount
from documents
union all
select
    {{ event_columns }}, reversed_date as event_date,
    cast(-document_amount as decimal(18, 4)), cast(-ledger_amount as decimal(18, 2)), cast(-amount as decimal(18, 2))
from documents
where reversed_date is not null
union all
select
    invoice_key as item_key, 'invoice' as item_type, customer_key, currency, 'adjustments' as bridge_line,
    adjusted_date as event_date,
    cast(-document_amount as decimal(18, 4)), cast(-ledger_amount as decimal(18, 2)), cast(-amount as decimal(18, 2))
from {{ ref('fct_receivable_adjustments') }}
union all
select
    both_ways.item_key, both_ways.item_type, both_ways.customer_key, both_ways.currency, 'transfers' as bridge_line,
    both_ways.event_date,
    cast(both_ways.document_amount as decimal(18, 4)),
    {{ converted('both_ways.document_amount', 'ledger_rate') }} as ledger_amount,
    {{ converted('both_ways.document_amount', 'reporting_rate') }} as amount
from both_ways
cross join context
{{ join_rates('ledger_rate', 'both_ways.currency', 'context.ledger_currency', 'both_ways.event_date') }}
{{ join_rates('reporting_rate', 'both_ways.currency', 'context.reporting_currency', 'both_ways.event_date') }}
