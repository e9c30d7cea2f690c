with context as (
    select reporting_currency, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

entries as (
    select staged.*, context.reporting_currency, {{ ledger_currency_of('staged.source_system') }} as ledger_currency
    from {{ ref('stg_erp__gl_entries') }} as staged
    cross join context
),

final as (
    select
        {{ source_key('entries.source_system', 'entries.entry_id') }} as gl_entry_key,
        entries.source_system,
        entries.entry_id,
        entries.posting_date,
        entries.account_code,
        entries.account_class,
        {{ customer_key_of('erp_customers') }} as customer_key,
        entries.customer_code,
        entries.document_type,
        entries.document_id,
        entries.ledger_currency as currency,
        {{ to_money('entries.amount') }} as ledger_amount,
        {{ converted('entries.amount', 'reporting_rate') }} as amount,
        {%- set natural = 'entries.amount * ' ~ natural_sign('entries.account_class') %}
        {{ to_money(natural) }} as ledger_natural_amount,
        {{ converted(natural, 'reporting_rate') }} as natural_amount,
        {{ is_rate_missing('entries.amount', 'reporting_rate') }} as is_missing_rate,
        entries.is_stale
    from entries
    {{ customer_key_joins('entries', erp_customers='customer_code') }}
    {{ join_rates('reporting_rate', 'entries.ledger_currency', 'entries.reporting_currency', 'entries.posting_date') }}
)

select * from final
