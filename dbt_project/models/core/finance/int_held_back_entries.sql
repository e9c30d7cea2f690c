-- Ledger entries that are held back, as far as they are legible: with day, class and amount they still belong to the ledger.
with context as (
    select reporting_currency, ledger_currency from {{ ref('run_context') }}
),

held as (
    {{ held_back_rows('erp_gl_entries', ['posting_date', 'account_class', 'document_type', 'document_id', 'amount']) }}
)

select
    held.source_system,
    {{ source_key('held.source_system', 'held._key') }} as gl_entry_key,
    held.is_staged,
    held.posting_date,
    held.account_class,
    held.document_type,
    held.document_id,
    {{ to_money('held.amount') }} as ledger_amount,
    {{ converted('held.amount', 'reporting_rate') }} as amount,
    {{ to_money('held.amount * ' ~ natural_sign('held.account_class')) }} as ledger_natural_amount,
    {{ converted('held.amount * ' ~ natural_sign('held.account_class'), 'reporting_rate') }} as natural_amount
from held
cross join context
{{ join_rates('reporting_rate', 'context.ledger_currency', 'context.reporting_currency', 'held.posting_date') }}
