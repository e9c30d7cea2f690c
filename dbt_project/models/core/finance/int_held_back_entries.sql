-- Ledger entries that are held back still belong to the ledger. What such an entry does not say itself, the rest of
-- the ledger mostly does: its account's other entries name the class, its document's other entries the day, else
-- the day of its version.
with context as (
    select reporting_currency, ledger_currency, source_ledger_currencies, as_of_date, time_zone from {{ ref('run_context') }}
),

staged as (
    select * from {{ ref('stg_erp__gl_entries') }}
),

held as (
    {{ held_back_rows(
        'erp_gl_entries',
        ['posting_date', 'account_code', 'account_class', 'document_type', 'document_id', 'amount', '_version_at'],
    ) }}
),

accounts as (
    select source_system, account_code, min(account_class) as account_class
    from staged
    group by source_system, account_code
    having count(distinct account_class) = 1
),

documents as (
    select source_system, document_type, document_id, min(posting_date) as posting_date
    from staged
    group by source_system, document_type, document_id
    having count(distinct posting_date) = 1
),

span as (
    select source_system, min(posting_date) as first_date from staged group by source_system
),

completed as (
    select
        held.source_system,
        {{ source_key('held.source_system', 'held._key') }} as gl_entry_key,
        held.is_staged,
        case
            when held.posting_date between span.first_date and context.as_of_date then held.posting_date
            else coalesce(documents.posting_date, {{ business_date('held._version_at', 'context.time_zone') }})
        end as posting_date,
        coalesce(held.account_class, accounts.account_class) as account_class,
        held.document_type,
        held.document_id,
        held.amount as document_amount,
        {{ ledger_currency_of('held.source_system') }} as ledger_currency,
        context.reporting_currency
    from held
    cross join context
    left join span on span.source_system = held.source_system
    left join accounts
        on accounts.source_system = held.source_system
        and accounts.account_code = held.account_code
    left join documents
        on documents.source_system = held.source_system
        and documents.document_type = held.document_type
        and documents.document_id = held.document_id
)

select
    completed.source_system,
    completed.gl_entry_key,
    completed.is_staged,
    completed.posting_date,
    completed.account_class,
    completed.document_type,
    completed.document_id,
    completed.ledger_currency as currency,
    {{ to_money('completed.document_amount') }} as ledger_amount,
    {{ converted('completed.document_amount', 'reporting_rate') }} as amount,
    {%- set natural = 'completed.document_amount * ' ~ natural_sign('completed.account_class') %}
    {{ to_money(natural) }} as ledger_natural_amount,
    {{ converted(natural, 'reporting_rate') }} as natural_amount
from completed
{{ join_rates(
    'reporting_rate', 'completed.ledger_currency', 'completed.reporting_currency', 'completed.posting_date'
) }}
