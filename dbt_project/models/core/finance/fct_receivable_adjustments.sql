with context as (
    select reporting_currency, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

adjustments as (
    select
        staged.*,
        invoices.invoice_key,
        invoices.customer_key as invoice_customer_key,
        invoices.currency as invoice_currency,
        invoices.document_gross_amount as invoice_document_amount,
        invoices.ledger_gross_amount as invoice_ledger_amount,
        coalesce(staged.currency, invoices.currency, {{ ledger_currency_of('staged.source_system') }}) as own_currency,
        context.reporting_currency,
        {{ ledger_currency_of('staged.source_system') }} as ledger_currency
    from {{ ref('stg_erp__receivable_adjustments') }} as staged
    cross join context
    left join {{ ref('fct_invoices') }} as invoices
        on invoices.invoice_key = {{ source_key('staged.source_system', 'staged.invoice_id') }}
),

final as (
    select
        {{ source_key('adjustments.source_system', 'adjustments.adjustment_id') }} as adjustment_key,
        adjustments.source_system,
        adjustments.adjustment_id,
        {{ source_key('adjustments.source_system', 'adjustments.invoice_id') }} as invoice_key,
        -- the debt that it lowers is the invoice's
        coalesce(adjustments.invoice_customer_key, {{ customer_key_of('erp_customers') }}) as customer_key,
        adjustments.adjusted_on as adjusted_date,
        adjustments.adjustment_type,
        adjustments.own_currency as currency,
        cast(adjustments.amount as decimal(18, 4)) as document_amount,
        {{ converted('adjustments.amount', 'ledger_rate') }} as ledger_amount,
        {{ converted('adjustments.amount', 'reporting_rate') }} as amount,
        -- what is written off in the ledger's currency is a share of the invoice as the ledger has it
        cast(case
            when adjustments.invoice_key is null or adjustments.own_currency = adjustments.invoice_currency
                then adjustments.amount
            when adjustments.own_currency = adjustments.ledger_currency and adjustments.invoice_ledger_amount <> 0
                then {{ share_of_money(
                    'adjustments.invoice_document_amount', 'adjustments.amount', 'adjustments.invoice_ledger_amount'
                ) }}
            else {{ converted('adjustments.amount', 'invoice_rate') }}
        end as decimal(18, 4)) as document_allocated_amount,
        adjustments.invoice_key is null as is_missing_invoice,
        {{ is_rate_missing('adjustments.amount', 'ledger_rate') }}
            or {{ is_rate_missing('adjustments.amount', 'reporting_rate') }} as is_missing_rate,
        adjustments.is_stale
    from adjustments
    {{ customer_key_joins('adjustments', erp_customers='customer_code') }}
    {{ join_rates(
        'ledger_rate', 'adjustments.own_currency', 'adjustments.ledger_currency', 'adjustments.adjusted_on'
    ) }}
    {{ join_rates(
        'invoice_rate', 'adjustments.own_currency', 'adjustments.invoice_currency', 'adjustments.adjusted_on'
    ) }}
    {{ join_rates(
        'reporting_rate', 'adjustments.own_currency', 'adjustments.reporting_currency', 'adjustments.adjusted_on'
    ) }}
)

select * from final
