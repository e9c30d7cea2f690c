-- Sign, currency and ledger amounts of each document. A credit note that comes with a positive gross amount has all
-- its amounts turned round; ledger amounts that a document brings hold, so its rate is the one between its two
-- amounts.
with context as (
    select reporting_currency, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

signed as (
    select
        staged.source_system,
        staged.invoice_id,
        staged.invoice_date,
        coalesce(staged.currency, {{ ledger_currency_of('staged.source_system') }}) as currency,
        {%- set sign = "case when staged.document_type = 'credit_note' and staged.gross_amount > 0 then -1 else 1 end" %}
        cast({{ sign }} as bigint) as sign,
        cast(staged.net_amount * ({{ sign }}) as decimal(18, 4)) as net_amount,
        cast(
            coalesce(staged.tax_amount, staged.gross_amount - staged.net_amount) * ({{ sign }}) as decimal(18, 4)
        ) as tax_amount,
        cast(staged.gross_amount * ({{ sign }}) as decimal(18, 4)) as gross_amount,
        cast(staged.ledger_net_amount * ({{ sign }}) as decimal(18, 4)) as brought_net_amount,
        cast(staged.ledger_gross_amount * ({{ sign }}) as decimal(18, 4)) as brought_gross_amount,
        context.reporting_currency,
        {{ ledger_currency_of('staged.source_system') }} as ledger_currency
    from {{ ref('stg_erp__invoices') }} as staged
    cross join context
),

rated as (
    select
        signed.*,
        cast(coalesce(
            cast(signed.brought_net_amount as double) / nullif(cast(signed.net_amount as double), 0),
            cast(signed.brought_gross_amount as double) / nullif(cast(signed.gross_amount as double), 0),
            cast(ledger_rate.rate as double)
        ) as decimal(20, 12)) as ledger_rate,
        reporting_rate.rate as reporting_table_rate
    from signed
    {{ join_rates('ledger_rate', 'signed.currency', 'signed.ledger_currency', 'signed.invoice_date') }}
    {{ join_rates('reporting_rate', 'signed.currency', 'signed.reporting_currency', 'signed.invoice_date') }}
),

in_ledger as (
    select
        *,
        {{ to_money('coalesce(brought_net_amount, net_amount * ledger_rate)') }} as ledger_net_amount,
        {{ to_money('coalesce(brought_gross_amount, gross_amount * ledger_rate)') }} as ledger_gross_amount
    from rated
)

select
    source_system,
    invoice_id,
    currency,
    sign,
    net_amount as document_net_amount,
    tax_amount as document_tax_amount,
    gross_amount as document_gross_amount,
    ledger_net_amount,
    ledger_gross_amount,
    case when reporting_currency = ledger_currency then ledger_net_amount
        else {{ to_money('net_amount * reporting_table_rate') }} end as net_amount,
    case when reporting_currency = ledger_currency then ledger_gross_amount
        else {{ to_money('gross_amount * reporting_table_rate') }} end as gross_amount,
    brought_gross_amount is not null as has_own_ledger_amount,
    ledger_rate,
    case when reporting_currency = ledger_currency then ledger_rate else reporting_table_rate end as reporting_rate
from in_ledger
