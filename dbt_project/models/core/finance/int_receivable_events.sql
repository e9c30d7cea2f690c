-- Every change of what customers owe, with its day and its cause. An item is an invoice (open until settled), a
-- receipt or a credit note (open until applied). An application moves money between two items; receivables change
-- by documents alone.
with context as (
    select reporting_currency, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

invoices as (
    select * from {{ ref('fct_invoices') }} where posted_date is not null
),

applications as (
    select * from {{ ref('fct_payment_allocations') }} where is_effective
),

-- what is owed changes at the document's own converted amounts
documents as (
    select
        'erp_invoices' as cause_entity, invoice_key as cause_key, invoice_key as item_key, document_type as item_type,
        customer_key, case when document_type = 'credit_note' then 'credit_notes' else 'billed' end as bridge_line,
        posted_date as event_date, reversed_date, currency,
        document_gross_amount as document_amount, ledger_gross_amount as ledger_amount, gross_amount as amount
    from invoices
    union all
    select
        'erp_payments', payment_key, payment_key, 'receipt', customer_key, 'receipts', payment_date, reversed_date,
        currency, -document_amount, -ledger_amount, -amount
    from {{ ref('fct_payments') }}
    union all
    select
        'erp_receivable_adjustments', adjustments.adjustment_key, adjustments.invoice_key,
        coalesce(invoices.document_type, 'invoice'), adjustments.customer_key, 'adjustments', adjustments.adjusted_date,
        null, coalesce(invoices.currency, adjustments.currency), -adjustments.document_allocated_amount,
        -adjustments.ledger_amount, -adjustments.amount
    from {{ ref('fct_receivable_adjustments') }} as adjustments
    left join invoices on invoices.invoice_key = adjustments.invoice_key
),

moves as (
    select
        applications.allocation_key as cause_key, applications.invoice_key as item_key,
        invoices.document_type as item_type, applications.customer_key, applications.effective_date,
        applications.reversed_date, applications.currency,
        -applications.document_allocated_amount as document_amount
    from applications
    inner join invoices on invoices.invoice_key = applications.invoice_key
    union all
    select
        allocation_key, coalesce(payment_key, credit_note_key), allocation_type,
        payer_customer_key, effective_date, reversed_date, settling_currency, document_settling_amount
    from applications
),

booked_moves as (
    select moves.*, {{ ledger_currency_of(source_of_key('moves.item_key')) }} as ledger_currency
    from moves
    cross join context
),

changes as (
    select * from documents
    union all
    select
        'erp_payment_allocations', moves.cause_key, moves.item_key, moves.item_type, moves.customer_key, 'transfers',
        moves.effective_date, moves.reversed_date, moves.currency, moves.document_amount,
        {{ converted('moves.document_amount', 'ledger_rate') }},
        {{ converted('moves.document_amount', 'reporting_rate') }}
    from booked_moves as moves
    cross join context
    {{ join_rates('ledger_rate', 'moves.currency', 'moves.ledger_currency', 'moves.effective_date') }}
    {{ join_rates('reporting_rate', 'moves.currency', 'context.reporting_currency', 'moves.effective_date') }}
)

{%- for reversal in [false, true] %}
select
    cause_entity,
    cause_key,
    {{ reversal }} as is_reversal,
    item_key,
    item_type,
    customer_key,
    currency,
    bridge_line,
    {{ 'reversed_date' if reversal else 'event_date' }} as event_date,
    {%- set sign = '-' if reversal else '' %}
    cast({{ sign }}document_amount as decimal(18, 4)) as document_amount,
    cast({{ sign }}ledger_amount as decimal(18, 2)) as ledger_amount,
    cast({{ sign }}amount as decimal(18, 2)) as amount
from changes
{{ 'where reversed_date is not null' if reversal else 'union all' }}
{%- endfor %}
