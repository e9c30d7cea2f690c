-- Cash from customers by month and ledger currency: as the payments say it, and as the ledger posts it for documents
-- that it calls payments.
with context as (
    select as_of_date, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

postings as (
    select source_system, document_type, account_class, posting_date, ledger_amount
    from {{ ref('fct_gl_entries') }}
    union all
    select source_system, document_type, account_class, posting_date, ledger_amount
    from {{ ref('int_held_back_entries') }}
    where not is_staged
),

entries as (
    select
        {{ source_of_key('cause_key') }} as source_system,
        event_date as entry_date,
        -ledger_amount as payment_amount,
        0 as ledger_amount
    from {{ ref('int_receivable_events') }}
    where cause_entity = 'erp_payments'
    union all
    select postings.source_system, postings.posting_date, 0, postings.ledger_amount
    from postings
    inner join {{ ref('int_ledger_document_kinds') }} as kinds
        on kinds.source_system = postings.source_system
        and kinds.document_type = coalesce(postings.document_type, '')
        and kinds.cause_entity = 'erp_payments'
    where postings.account_class = 'cash'
),

dated as (
    select
        {{ month_start('entries.entry_date') }} as month_start,
        {{ ledger_currency_of('entries.source_system') }} as currency,
        entries.payment_amount,
        entries.ledger_amount
    from entries
    inner join context on entries.entry_date <= context.as_of_date
)

select
    month_start,
    currency,
    cast(sum(payment_amount) as decimal(18, 2)) as payment_amount,
    cast(sum(ledger_amount) as decimal(18, 2)) as ledger_amount
from dated
group by month_start, currency
