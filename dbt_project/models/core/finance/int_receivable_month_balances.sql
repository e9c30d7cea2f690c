-- One cumulated balance per item and month in which it is open. Intervals without balance are dropped before the
-- months are joined, so items that are settled cost nothing. Where no source brings payments nobody knows what is open.
with context as (
    select as_of_date from {{ ref('run_context') }}
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
    inner join context on events.event_date <= context.as_of_date
    inner join {{ ref('int_profit_bases') }} as bases on bases.has_payments
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
        ) as next_change_month
    from monthly
)

select
    months.month_start,
    months.as_of_date,
    cumulated.item_key,
    cumulated.item_type,
    cumulated.customer_key,
    cumulated.currency,
    cast(cumulated.balance as decimal(18, 4)) as document_amount
from cumulated
inner join {{ ref('int_finance_months') }} as months
    on months.month_start >= cumulated.month_start
    and months.month_start < coalesce(cumulated.next_change_month, cast('9999-12-31' as date))
where cumulated.balance <> 0
