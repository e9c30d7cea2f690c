with context as (
    select reporting_currency from {{ ref('run_context') }}
),

applications as (
    select
        source_system, allocation_id, payment_id, credit_note_id, invoice_id,
        case when payment_id is not null then 'receipt' else 'credit_note' end as allocation_type,
        coalesce(payment_id, credit_note_id) as settling_id,
        allocated_on, allocated_amount, payment_amount, false as is_derived, is_stale
    from {{ ref('stg_erp__payment_allocations') }}
    union all
    select
        source_system, 'credit:' || credit_note_id, null, credit_note_id, invoice_id, 'credit_note', credit_note_id,
        allocated_date, allocated_amount, allocated_amount, true, false
    from {{ ref('int_credit_fallbacks') }}
),

settling as (
    select
        payment_key as settling_key, 'receipt' as allocation_type, customer_key, payment_date as settling_date,
        payment_date as posted_date, reversed_date, currency
    from {{ ref('fct_payments') }}
    union all
    select
        invoice_key as settling_key, 'credit_note' as allocation_type, customer_key, invoice_date as settling_date,
        posted_date, reversed_date, currency
    from {{ ref('fct_invoices') }}
),

matched as (
    select
        applications.*,
        invoices.invoice_key,
        coalesce(invoices.customer_key, settling.customer_key, 'unassigned') as customer_key,
        coalesce(settling.customer_key, 'unassigned') as payer_customer_key,
        settling.settling_key,
        invoices.invoice_date,
        settling.settling_date,
        -- without its own date an application counts from the later of its two documents
        coalesce(applications.allocated_on, greatest(settling.settling_date, invoices.invoice_date)) as allocated_date,
        greatest(applications.allocated_on, invoices.posted_date, settling.posted_date) as effective_date,
        invoices.posted_date is not null and settling.posted_date is not null as is_effective,
        least(invoices.reversed_date, settling.reversed_date) as reversed_date,
        -- what bounces, or is paid back, takes the last money before it back, with the days that this took
        case when applications.allocated_amount < 0 then max(
            case when applications.allocated_amount > 0 and applications.allocation_type = 'receipt' then settling.settling_date end
        ) over (
            partition by applications.source_system, applications.invoice_id
            order by settling.settling_date nulls last, applications.allocation_id rows between unbounded preceding and current row
        ) end as taken_back_date,
        invoices.currency,
        settling.currency as settling_currency
    from applications
    left join {{ ref('fct_invoices') }} as invoices
        on invoices.invoice_key = {{ source_key('applications.source_system', 'applications.invoice_id') }}
    left join settling
        on settling.settling_key = {{ source_key('applications.source_system', 'applications.settling_id') }}
        and settling.allocation_type = applications.allocation_type
),

final as (
    select
        {{ source_key('matched.source_system', 'matched.allocation_id') }} as allocation_key,
        matched.source_system,
        matched.allocation_id,
        matched.allocation_type,
        matched.is_derived,
        {{ source_key('matched.source_system', 'matched.payment_id') }} as payment_key,
        {{ source_key('matched.source_system', 'matched.credit_note_id') }} as credit_note_key,
        {{ source_key('matched.source_system', 'matched.invoice_id') }} as invoice_key,
        matched.customer_key,
        matched.payer_customer_key,
        matched.invoice_date,
        matched.settling_date,
        matched.allocated_date,
        case when matched.is_effective then matched.effective_date end as effective_date,
        case when matched.is_effective and matched.reversed_date is not null
            then greatest(matched.reversed_date, matched.effective_date) end as reversed_date,
        matched.is_effective,
        matched.currency,
        cast(matched.allocated_amount as decimal(18, 4)) as document_allocated_amount,
        matched.settling_currency,
        cast(coalesce(
            matched.payment_amount, round(matched.allocated_amount * settling_rate.rate, 4)
        ) as decimal(18, 4)) as document_settling_amount,
        {{ converted('matched.allocated_amount', 'reporting_rate') }} as allocated_amount,
        case when matched.allocation_type = 'receipt' and matched.is_effective
            then greatest({{ days_between('matched.invoice_date', 'coalesce(matched.taken_back_date, matched.settling_date)') }}, 0)
        end as collection_days,
        matched.invoice_key is not null and {{ is_rate_missing('matched.allocated_amount', 'reporting_rate') }}
            as is_missing_rate,
        matched.is_stale
    from matched
    cross join context
    {{ join_rates('settling_rate', 'matched.currency', 'matched.settling_currency', 'matched.allocated_date') }}
    {{ join_rates('reporting_rate', 'matched.currency', 'context.reporting_currency', 'matched.allocated_date') }}
)

select * from final
