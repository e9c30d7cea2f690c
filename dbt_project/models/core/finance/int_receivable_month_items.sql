-- Open items valued at each month end. Where a document brings its ledger amount, that amount holds: the open share
-- of it is what the ledger carries. Every other balance stands at the rate of the day.
with context as (
    select reporting_currency, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

documents as (
    select
        invoice_key as item_key, document_type as item_type, due_date, has_own_ledger_amount,
        document_gross_amount as document_total, document_net_amount as document_net, ledger_gross_amount as ledger_total,
        gross_amount as booked_total, net_amount as booked_net
    from {{ ref('fct_invoices') }}
    union all
    select payment_key, 'receipt', null, has_own_ledger_amount, -document_amount, -document_amount, -ledger_amount, null, null
    from {{ ref('fct_payments') }}
),

itemised as (
    select
        balances.*,
        documents.due_date,
        disputes.invoice_key is not null as is_disputed,
        -- an item without invoice, such as an adjustment whose invoice is held back, has no due date to miss; and where no payment
        -- is ever applied nobody knows which invoices are paid
        case when balances.item_type = 'invoice' and bases.has_applications
            then coalesce({{ days_between('documents.due_date', 'balances.as_of_date') }}, 0) end as days_overdue,
        coalesce(documents.has_own_ledger_amount, false) and documents.document_total <> 0 as is_carried,
        documents.document_total,
        documents.document_net,
        documents.ledger_total,
        documents.booked_total,
        documents.booked_net,
        {%- set used = '(documents.document_total - balances.document_amount)' %}
        {{ share_of_money('documents.ledger_total', 'balances.document_amount', 'documents.document_total') }}
            as open_share,
        {{ share_of_money('documents.ledger_total', used, 'documents.document_total') }} as used_share,
        bases.has_applications,
        context.reporting_currency,
        {{ ledger_currency_of(source_of_key('balances.item_key')) }} as ledger_currency
    from {{ ref('int_receivable_month_balances') }} as balances
    cross join context
    cross join {{ ref('int_profit_bases') }} as bases
    left join documents
        on documents.item_key = balances.item_key
        and documents.item_type = balances.item_type
    -- disputed then, whatever is said of it today
    left join {{ ref('int_invoice_disputes') }} as disputes
        on disputes.invoice_key = balances.item_key
        and disputes.valid_from <= balances.as_of_date
        and disputes.valid_until > balances.as_of_date
),

valued as (
    select
        itemised.*,
        case
            when not itemised.is_carried then {{ converted('itemised.document_amount', 'ledger_rate') }}
            -- what is left of an invoice is rounded, and what is used of a receipt or credit note
            when itemised.item_type = 'invoice' then itemised.open_share
            else cast(itemised.ledger_total - itemised.used_share as decimal(18, 2))
        end as ledger_amount,
        {{ converted('itemised.document_amount', 'reporting_rate') }} as amount_at_rate
    from itemised
    {{ join_rates('ledger_rate', 'itemised.currency', 'itemised.ledger_currency', 'itemised.as_of_date') }}
    {{ join_rates('reporting_rate', 'itemised.currency', 'itemised.reporting_currency', 'itemised.as_of_date') }}
),

priced as (
    select
        *,
        case when reporting_currency = ledger_currency then ledger_amount else amount_at_rate end as amount
    from valued
)

select
    month_start,
    as_of_date,
    customer_key,
    item_key,
    item_type,
    currency,
    ledger_currency,
    due_date,
    is_disputed,
    days_overdue,
    {{ ageing_bucket('days_overdue') }} as ageing_bucket,
    document_amount,
    ledger_amount,
    amount,
    -- tax is due as the document is: each open part has the document's share of it, and what stands as it was booked the net
    -- that was booked with it, which another currency rounds by itself. A receipt has no tax of its own
    case when has_applications then coalesce(
        case when amount = booked_total then booked_net end, {{ share_of_money('amount', 'document_net', 'document_total') }}, amount
    ) end as net_of_tax_amount,
    amount is null as is_missing_rate
from priced
