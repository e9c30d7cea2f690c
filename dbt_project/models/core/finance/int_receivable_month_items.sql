-- One cumulated balance per item and month in which it is open, in document currency, valued at the rate of the month's
-- last day. Intervals without balance are dropped before months are joined, so paid items cost nothing.
with context as (
    select as_of_date, reporting_currency, ledger_currency from {{ ref('run_context') }}
),

months as (
    select month_start, as_of_date from {{ ref('int_finance_months') }}
),

monthly as (
    select
        events.item_key,
        events.item_type,
        events.customer_key,
        events.currency,
        {{ month_start('events.event_date') }} as month_start,
        sum(events.document_amount) as change_amount
    from {{ ref('int_receivable_events') }} as events
    cross join context
    where events.event_date <= context.as_of_date
    group by
        events.item_key, events.item_type, events.customer_key, events.currency, {{ month_start('events.event_date') }}
),

cumulated as (
    select
        *,
        sum(change_amount) over (
            partition by item_key, item_type, customer_key, currency order by month_start
            rows between unbounded preceding and current row
        ) as balance,
        lead(month_start) over (
            partition by item_key, item_type, customer_key, currency order by month_start
        ) as next_month_start
    from monthly
),

open_months as (
    select
        cumulated.item_key,
        cumulated.item_type,
        cumulated.customer_key,
        cumulated.currency,
        cast(cumulated.balance as decimal(18, 4)) as document_amount,
        months.month_start,
        months.as_of_date,
        context.reporting_currency,
        context.ledger_currency
    from cumulated
    cross join context
    inner join months
        on months.month_start >= cumulated.month_start
        and months.month_start < coalesce(cumulated.next_month_start, cast('9999-12-31' as date))
    where cumulated.balance <> 0
),

dated as (
    select
        open_months.*,
        invoices.due_date,
        coalesce(invoices.is_disputed, false) as is_disputed,
        case when open_months.item_type = 'invoice'
            then {{ days_between('coalesce(invoices.due_date, open_months.as_of_date)', 'open_months.as_of_date') }} end as days_overdue
    from open_months
    left join {{ ref('fct_invoices') }} as invoices
        on open_months.item_type = 'invoice'
        and invoices.invoice_key = open_months.item_key
)

select
    dated.month_start,
    dated.as_of_date,
    dated.customer_key,
    dated.item_key,
    dated.item_type,
    dated.currency,
    dated.due_date,
    dated.is_disputed,
    dated.days_overdue,
    {{ ageing_bucket('dated.days_overdue') }} as ageing_bucket,
    dated.document_amount,
    {{ converted('dated.document_amount', 'ledger_rate') }} as ledger_amount,
    {{ converted('dated.document_amount', 'reporting_rate') }} as amount,
    {{ is_rate_missing('dated.document_amount', 'reporting_rate') }} as is_missing_rate
from dated
{{ join_rates('ledger_rate', 'dated.currency', 'dated.ledger_currency', 'dated.as_of_date') }}
{{ join_rates('reporting_rate', 'dated.currency', 'dated.reporting_currency', 'dated.as_of_date') }}
