-- What each side brings to the tie, per account class and month. Results are in reporting currency, cash and
-- receivables in ledger currency. is_control marks what the ledger itself has posted.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

result_classes as (
    select distinct account_class from {{ ref('int_result_by_class') }}
),

postings as (
    select account_class, posting_date, natural_amount, ledger_amount, 0 as is_held_back
    from {{ ref('fct_gl_entries') }}
    union all
    select account_class, posting_date, natural_amount, ledger_amount, 1 as is_held_back
    from {{ ref('int_held_back_entries') }}
    where not is_staged
),

seen as (
    select postings.*, {{ month_start('postings.posting_date') }} as month_start
    from postings
    inner join context on postings.posting_date <= context.as_of_date
)

select
    seen.account_class,
    seen.month_start,
    seen.natural_amount as ledger_amount,
    0 as marts_amount,
    case when seen.is_held_back = 1 then seen.natural_amount else 0 end as held_back_amount,
    seen.is_held_back as held_back_count,
    1 as is_control
from seen
inner join result_classes on result_classes.account_class = seen.account_class
union all
select account_class, month_start, 0, amount, 0, 0, 0 from {{ ref('int_result_by_class') }}
union all
select 'cash', month_start, ledger_amount, payment_amount, 0, 0, case when ledger_amount <> 0 then 1 else 0 end
from {{ ref('int_customer_cash') }}
union all
select account_class, month_start, ledger_amount, 0, 0, 0, 1 from seen where account_class = 'receivable'
union all
select 'receivable', month_start, 0, closing_ledger_amount - opening_ledger_amount, 0, 0, 0
from {{ ref('int_customer_receivable_months') }}
union all
-- receivables and customer cash follow documents, so that what is held back of them follows documents too
select account_class, month_start, 0, 0, held_back_amount, record_count, 0
from {{ ref('int_held_back_receivables') }}
