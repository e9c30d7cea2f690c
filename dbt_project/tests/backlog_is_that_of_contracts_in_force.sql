-- The backlog of today, contract by contract and not flow by flow: those that are over have none; of one that runs it is what
-- it is worth, less what an amendment to come replaces, what lay before the record of billing, and what was billed on it.
with context as (
    select as_of_date, reporting_currency from {{ ref('run_context') }}
),

replaced as (
    select replaced_contract_key as contract_key, sum(replaced_amount) as amount
    from {{ ref('contract_bookings') }}
    where replaced_contract_key is not null
    group by replaced_contract_key
),

billed as (
    select invoices.contract_id, invoices.currency, sum(invoices.document_net_amount) as document_amount
    from {{ ref('fct_invoices') }} as invoices
    cross join context
    where invoices.posted_date <= context.as_of_date
        and (invoices.reversed_date is null or invoices.reversed_date > context.as_of_date)
    group by invoices.contract_id, invoices.currency
),

running as (
    select contracts.*, contracts.contract_value - contracts.billed_before_amount - coalesce(replaced.amount, 0) as amount
    from {{ ref('int_contract_values') }} as contracts
    inner join {{ ref('fct_contracts') }} as facts on facts.contract_key = contracts.contract_key
    cross join context
    left join replaced on replaced.contract_key = contracts.contract_key
    where coalesce(facts.in_force_until_date, {{ add_months('facts.starts_date', 12) }}) > context.as_of_date
        and coalesce(facts.signed_date, facts.starts_date) <= context.as_of_date
),

balances as (
    select product_line, currency, cast(amount as double) * documents_per_amount as document_amount from running
    union all
    select running.product_line, billed.currency, -cast(billed.document_amount as double)
    from running
    inner join billed on billed.contract_id = running.contract_id and running.is_named_by_invoices
),

expected as (
    select {{ segment('balances.product_line') }} as product_line, sum({{ converted(as_decimal('balances.document_amount'), 'rates') }}) as amount,
        count(*) as balance_count
    from balances
    cross join context
    {{ join_rates('rates', 'balances.currency', 'context.reporting_currency', 'context.as_of_date') }}
    group by {{ segment('balances.product_line') }}
),

found as (
    select product_line, closing_amount
    from {{ ref('contract_backlog') }}
    where month_start = (select max(month_start) from {{ ref('contract_backlog') }})
)

-- a cent for each balance is rounding
select coalesce(expected.product_line, found.product_line) as product_line, expected.amount, found.closing_amount
from expected
full outer join found on found.product_line = expected.product_line
where abs(coalesce(expected.amount, 0) - coalesce(found.closing_amount, 0)) > coalesce(expected.balance_count, 0) * 0.01
