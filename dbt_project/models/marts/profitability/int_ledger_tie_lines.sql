-- What each side brings to the tie, per account class and month. Results are in reporting currency, cash and
-- receivables in that of the ledger they are posted in. is_control marks what the ledger itself has posted.
with context as (
    select as_of_date, reporting_currency from {{ ref('run_context') }}
),

result_classes as (
    select distinct account_class from {{ ref('int_result_by_class') }}
),

postings as (
    select account_class, posting_date, currency, natural_amount, ledger_amount, 0 as is_held_back
    from {{ ref('fct_gl_entries') }}
    union all
    select account_class, posting_date, currency, natural_amount, ledger_amount, 1 as is_held_back
    from {{ ref('int_held_back_entries') }}
    where not is_staged
),

seen as (
    select postings.*, context.reporting_currency, {{ month_start('postings.posting_date') }} as month_start
    from postings
    inner join context on postings.posting_date <= context.as_of_date
),

-- what is open at the end of a month is so at the beginning of the next
balances as (
    select month_start, ledger_currency as currency, ledger_amount as change_amount
    from {{ ref('int_receivable_month_items') }}
    union all
    select months.next_month_start, items.ledger_currency, -items.ledger_amount
    from {{ ref('int_receivable_month_items') }} as items
    inner join {{ ref('int_finance_months') }} as months
        on months.month_start = items.month_start
        and months.is_followed
)

select
    seen.account_class,
    seen.month_start,
    seen.reporting_currency as currency,
    seen.natural_amount as ledger_amount,
    0 as marts_amount,
    case when seen.is_held_back = 1 then seen.natural_amount else 0 end as held_back_amount,
    seen.is_held_back as held_back_count,
    1 as is_control
from seen
inner join result_classes on result_classes.account_class = seen.account_class
union all
select results.account_class, results.month_start, context.reporting_currency, 0, results.amount, 0, 0, 0
from {{ ref('int_result_by_class') }} as results
cross join context
union all
select 'cash', month_start, currency, ledger_amount, payment_amount, 0, 0, case when ledger_amount <> 0 then 1 else 0 end
from {{ ref('int_customer_cash') }}
union all
select account_class, month_start, currency, ledger_amount, 0, 0, 0, 1 from seen where account_class = 'receivable'
union all
select 'receivable', month_start, currency, 0, change_amount, 0, 0, 0 from balances
union all
-- receivables and customer cash follow documents, so that what is held back of them follows documents too
select account_class, month_start, currency, 0, 0, held_back_amount, record_count, 0
from {{ ref('int_held_back_receivables') }}
