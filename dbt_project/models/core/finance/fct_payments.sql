with context as (
    select reporting_currency, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

payments as (
    select
        staged.*,
        coalesce(staged.currency, {{ ledger_currency_of('staged.source_system') }}) as paid_currency,
        coalesce(staged.status, 'posted') as posting_status,
        context.reporting_currency,
        {{ ledger_currency_of('staged.source_system') }} as ledger_currency
    from {{ ref('stg_erp__payments') }} as staged
    cross join context
),

measured as (
    select
        payments.*,
        {{ customer_key_of('erp_customers') }} as customer_key,
        cancellations.cancelled_date,
        {{ to_money('coalesce(payments.ledger_amount, payments.amount * ledger_rate.rate)') }} as ledger_money,
        {{ converted('payments.amount', 'reporting_rate') }} as reporting_money
    from payments
    {{ customer_key_joins('payments', erp_customers='customer_code') }}
    {{ join_rates('ledger_rate', 'payments.paid_currency', 'payments.ledger_currency', 'payments.payment_date') }}
    {{ join_rates('reporting_rate', 'payments.paid_currency', 'payments.reporting_currency', 'payments.payment_date') }}
    left join {{ ref('int_cancellations') }} as cancellations
        on cancellations.entity = 'erp_payments'
        and cancellations.source_system = payments.source_system
        and cancellations._key = payments._key
),

final as (
    select
        {{ source_key('source_system', 'payment_id') }} as payment_key,
        source_system,
        payment_id,
        customer_key,
        customer_code,
        payment_date,
        method,
        posting_status as status,
        amount < 0 as is_refund,
        posting_status = 'cancelled' as is_cancelled,
        cancelled_date,
        case when posting_status = 'cancelled' then greatest(cancelled_date, payment_date) end as reversed_date,
        paid_currency as currency,
        cast(amount as decimal(18, 4)) as document_amount,
        ledger_money as ledger_amount,
        case when reporting_currency = ledger_currency then ledger_money else reporting_money end as amount,
        ledger_amount is not null as has_own_ledger_amount,
        ledger_money is null or (reporting_currency <> ledger_currency and reporting_money is null) as is_missing_rate,
        is_stale
    from measured
)

select * from final
