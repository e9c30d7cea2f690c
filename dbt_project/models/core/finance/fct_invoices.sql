-- A draft that was thrown away never was a debt. A cancelled document was one if the change log saw it posted or
-- the ledger has postings of it: then it counts from its date until its cancellation. A credit note whose lines alone say
-- what they correct names the one invoice that all of them do.
with invoices as (
    select * from {{ ref('stg_erp__invoices') }}
),

posted_in_ledger as (
    select distinct source_system, document_id
    from {{ ref('stg_erp__gl_entries') }}
    where account_class = 'receivable' and document_id is not null
),

named_by_lines as (
    select credits.source_system, credits.invoice_id, min(corrected.invoice_id) as credited_invoice_id
    from {{ ref('stg_erp__invoice_lines') }} as credits
    inner join invoices
        on invoices.source_system = credits.source_system
        and invoices.invoice_id = credits.invoice_id
        and invoices.document_type = 'credit_note'
    left join {{ ref('stg_erp__invoice_lines') }} as corrected
        on corrected.source_system = credits.source_system
        and corrected.invoice_line_id = credits.credited_invoice_line_id
    group by credits.source_system, credits.invoice_id
    having count(*) = count(corrected.invoice_id) and min(corrected.invoice_id) = max(corrected.invoice_id)
),

judged as (
    select
        invoices.*,
        coalesce(invoices.credited_invoice_id, named_by_lines.credited_invoice_id) as corrected_invoice_id,
        {{ customer_key_of('erp_customers') }} as customer_key,
        customers.payment_terms_days,
        cancellations.cancelled_date,
        case invoices.status
            when 'posted' then true
            when 'draft' then false
            else coalesce(cancellations.was_seen_living, false) or posted_in_ledger.document_id is not null
        end as was_posted
    from invoices
    {{ customer_key_joins('invoices', erp_customers='customer_code') }}
    left join {{ ref('stg_erp__customers') }} as customers
        on customers.source_system = invoices.source_system
        and customers.customer_code = invoices.customer_code
    left join {{ ref('int_cancellations') }} as cancellations
        on cancellations.entity = 'erp_invoices'
        and cancellations.source_system = invoices.source_system
        and cancellations._key = invoices._key
    left join named_by_lines
        on named_by_lines.source_system = invoices.source_system
        and named_by_lines.invoice_id = invoices.invoice_id
    left join posted_in_ledger
        on posted_in_ledger.source_system = invoices.source_system
        and posted_in_ledger.document_id = invoices.invoice_id
),

final as (
    select
        {{ source_key('judged.source_system', 'judged.invoice_id') }} as invoice_key,
        judged.source_system,
        judged.invoice_id,
        judged.invoice_number,
        judged.document_type,
        judged.customer_key,
        judged.customer_code,
        judged.contract_id,
        judged.order_id,
        {{ source_key('judged.source_system', 'judged.corrected_invoice_id') }} as credited_invoice_key,
        judged.invoice_date,
        coalesce(
            judged.due_date, {{ add_days('judged.invoice_date', 'coalesce(judged.payment_terms_days, 0)') }}
        ) as due_date,
        judged.due_date is null as is_due_date_assumed,
        judged.status,
        judged.status = 'posted' as is_posted,
        judged.status = 'cancelled' as is_cancelled,
        judged.cancelled_date,
        case when judged.was_posted then judged.invoice_date end as posted_date,
        case when judged.was_posted and judged.status = 'cancelled'
            then greatest(judged.cancelled_date, judged.invoice_date) end as reversed_date,
        coalesce(judged.is_disputed, false) as is_disputed,
        amounts.currency,
        amounts.document_net_amount,
        amounts.document_tax_amount,
        amounts.document_gross_amount,
        amounts.ledger_net_amount,
        amounts.ledger_gross_amount,
        amounts.net_amount,
        amounts.gross_amount,
        amounts.ledger_rate,
        amounts.reporting_rate,
        amounts.has_own_ledger_amount,
        amounts.ledger_rate is null or amounts.reporting_rate is null as is_missing_rate,
        judged.is_stale
    from judged
    inner join {{ ref('int_invoice_amounts') }} as amounts
        on amounts.source_system = judged.source_system
        and amounts.invoice_id = judged.invoice_id
)

select * from final
