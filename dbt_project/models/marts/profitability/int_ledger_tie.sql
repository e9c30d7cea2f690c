{{ config(schema='core') }}
-- Flows of the month are tied for results and cash, the balance at its end for receivables. What is held back is a
-- line of its own; whatever remains is a difference that nobody has explained. Ledgers in two currencies are tied each by
-- itself. Without payments neither cash nor what is owed is known, and there is nothing to hold against the ledger's. Without
-- their applications nobody knows which invoice in another currency a receipt has cleared, and at which difference of rates.
with context as (
    select ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

monthly as (
    select
        account_class,
        month_start,
        currency,
        sum(ledger_amount) as ledger_amount,
        sum(marts_amount) as marts_amount,
        sum(held_back_amount) as held_back_amount,
        sum(held_back_count) as held_back_count,
        max(is_control) as is_control
    from {{ ref('int_ledger_tie_lines') }}
    group by account_class, month_start, currency
),

-- a class that the ledger does not post is no control
controlled as (
    select account_class, currency from monthly group by account_class, currency having max(is_control) = 1
),

dense as (
    select
        months.month_start,
        controlled.account_class,
        controlled.currency,
        {%- for column in ['ledger_amount', 'marts_amount', 'held_back_amount', 'held_back_count'] %}
        coalesce(case when controlled.account_class = 'receivable'
            then sum(monthly.{{ column }}) over (
                partition by controlled.account_class, controlled.currency order by months.month_start
                rows between unbounded preceding and current row
            )
            else monthly.{{ column }} end, 0) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_finance_months') }} as months
    cross join controlled
    left join monthly
        on monthly.account_class = controlled.account_class
        and monthly.currency = controlled.currency
        and monthly.month_start = months.month_start
),

others as (
    select distinct {{ ledger_currency_of('invoices.source_system') }} as ledger_currency
    from {{ ref('fct_invoices') }} as invoices
    cross join context
    where invoices.currency <> {{ ledger_currency_of('invoices.source_system') }}
)

select
    dense.month_start,
    dense.account_class,
    case when dense.account_class = 'receivable' then 'balance' else 'movement' end as measure,
    dense.currency,
    cast(dense.ledger_amount as decimal(18, 2)) as ledger_amount,
    cast(dense.marts_amount as decimal(18, 2)) as marts_amount,
    cast(dense.held_back_amount as decimal(18, 2)) as held_back_amount,
    cast(dense.marts_amount + dense.held_back_amount - dense.ledger_amount as decimal(18, 2)) as difference_amount,
    cast(dense.held_back_count as bigint) as held_back_count
from dense
left join others on others.ledger_currency = dense.currency
inner join {{ ref('int_profit_bases') }} as bases
    on dense.month_start >= bases.ledger_from_month
    and (bases.has_payments or dense.account_class not in ('cash', 'receivable'))
    and (bases.has_applications or others.ledger_currency is null or dense.account_class <> 'receivable')
