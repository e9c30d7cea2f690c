-- What is left at the newest month end equals the contracts' own balances, converted one by one; a cent for each is rounding.
with context as (
    select reporting_currency, as_of_date from {{ ref('run_context') }}
),

contracts as (
    select flows.product_line, flows.contract_key, flows.currency,
        sum(case when flows.flow_type = 'billed' then -flows.document_amount else flows.document_amount end) as document_amount
    from {{ ref('int_backlog_flows') }} as flows
    group by flows.product_line, flows.contract_key, flows.currency
),

expected as (
    select contracts.product_line, sum({{ converted('contracts.document_amount', 'rates') }}) as amount, count(*) as contract_count
    from contracts
    cross join context
    {{ join_rates('rates', 'contracts.currency', 'context.reporting_currency', 'context.as_of_date') }}
    group by contracts.product_line
),

found as (
    select product_line, closing_amount
    from {{ ref('contract_backlog') }}
    where month_start = (select max(month_start) from {{ ref('contract_backlog') }})
)

select expected.product_line, expected.amount, found.closing_amount
from expected
left join found on found.product_line = expected.product_line
where abs(expected.amount - coalesce(found.closing_amount, 0)) > expected.contract_count * 0.01
