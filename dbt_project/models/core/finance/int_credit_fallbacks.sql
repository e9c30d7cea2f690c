-- A system that keeps no credit applications names the credited invoice instead: the credit is applied on its date,
-- up to what is open then. Credits of one invoice follow each other, so each finds what the ones before it left.
with credit_notes as (
    select
        source_system,
        invoice_id as credit_note_id,
        credited_invoice_key,
        invoice_date as credit_date,
        currency,
        -document_gross_amount as credit_amount
    from {{ ref('fct_invoices') }}
    where document_type = 'credit_note' and posted_date is not null and credited_invoice_key is not null
        and reversed_date is null  -- whoever cancels a credit and writes it anew must find the invoice open
),

systems_with_applications as (
    select distinct source_system from {{ ref('stg_erp__payment_allocations') }} where credit_note_id is not null
),

candidates as (
    select
        credit_notes.*,
        invoices.invoice_id,
        invoices.document_gross_amount as invoice_amount,
        sum(credit_notes.credit_amount) over (
            partition by credit_notes.credited_invoice_key
            order by credit_notes.credit_date, credit_notes.credit_note_id
            rows between unbounded preceding and current row
        ) - credit_notes.credit_amount as credited_before
    from credit_notes
    inner join {{ ref('fct_invoices') }} as invoices
        on invoices.invoice_key = credit_notes.credited_invoice_key
        and invoices.currency = credit_notes.currency
        and invoices.posted_date is not null
    left join systems_with_applications as applied on applied.source_system = credit_notes.source_system
    where applied.source_system is null
),

settlements as (
    select
        {{ source_key('allocations.source_system', 'allocations.invoice_id') }} as invoice_key,
        coalesce(allocations.allocated_on, payments.payment_date) as settled_date,
        allocations.allocated_amount as amount
    from {{ ref('stg_erp__payment_allocations') }} as allocations
    inner join {{ ref('fct_payments') }} as payments
        on payments.source_system = allocations.source_system
        and payments.payment_id = allocations.payment_id
    where payments.reversed_date is null
    union all
    select invoice_key, adjusted_date as settled_date, document_allocated_amount as amount
    from {{ ref('fct_receivable_adjustments') }}
),

settled as (
    select candidates.source_system, candidates.credit_note_id, sum(settlements.amount) as settled_before
    from candidates
    inner join settlements
        on settlements.invoice_key = candidates.credited_invoice_key
        and settlements.settled_date <= candidates.credit_date
    group by candidates.source_system, candidates.credit_note_id
),

open_then as (
    select
        candidates.*,
        candidates.invoice_amount - coalesce(settled.settled_before, 0) - candidates.credited_before as open_amount
    from candidates
    left join settled
        on settled.source_system = candidates.source_system
        and settled.credit_note_id = candidates.credit_note_id
)

select
    source_system,
    credit_note_id,
    invoice_id,
    credit_date as allocated_date,
    cast(least(credit_amount, open_amount) as decimal(18, 4)) as allocated_amount
from open_then
where least(credit_amount, open_amount) > 0
