-- From which record each line of the customer result is taken (rule R7), decided once for the company. Customers
-- are named by the ledger where at least half of the money of an account class carries one.
{%- set named = "coalesce(max(case when account_class = '%s' then named_amount * 2 >= total_amount end), false)" %}
with ledger as (
    select
        gl.account_class,
        min({{ month_start('gl.posting_date') }}) as first_month,
        sum(abs(gl.ledger_amount)) as total_amount,
        sum(case when gl.customer_key <> 'unassigned' then abs(gl.ledger_amount) else 0 end) as named_amount
    from {{ ref('fct_gl_entries') }} as gl
    inner join {{ ref('run_context') }} as context on gl.posting_date <= context.as_of_date
    group by gl.account_class
),

summary as (
    select
        -- a ledger cut off opens with balances on the day before its first flows: no month of results
        coalesce(
            min(case when account_class in ('revenue', 'cogs', 'service_expense', 'selling_expense', 'marketing_expense',
                'bad_debt', 'fx_difference') then first_month end),
            min(first_month)
        ) as ledger_from_month,
        {%- for class in ['revenue', 'cogs', 'service_expense', 'selling_expense', 'marketing_expense', 'bad_debt'] %}
        {{ named | replace('%s', class) }} as names_{{ class }}{{ ',' if not loop.last }}
        {%- endfor %},
        {%- for class in ['revenue', 'cogs', 'service_expense', 'selling_expense', 'marketing_expense'] %}
        count(case when account_class = '{{ class }}' then 1 end) > 0 as posts_{{ class }}{{ ',' if not loop.last }}
        {%- endfor %}
    from ledger
),

documents as (
    select
        (select count(*) from {{ ref('fct_invoices') }} where posted_date is not null) as invoice_count,
        (select count(*) from {{ ref('fct_orders') }}) as order_count,
        (select count(*) from {{ ref('fct_invoice_lines') }} where cost_amount is not null) as invoice_cost_count,
        (select count(*) from {{ ref('fct_order_lines') }} where cost_amount is not null) as order_cost_count,
        (select count(*) from {{ ref('fct_service_time') }} where cost_amount is not null) as service_cost_count,
        (select count(*) from {{ ref('fct_customer_costs') }} where cost_group = 'service') as direct_service_count,
        (select count(*) from {{ ref('fct_customer_costs') }} where cost_group in ('selling', 'rebate'))
            as direct_selling_count,
        (select count(*) from {{ ref('fct_customer_costs') }} where cost_group = 'marketing') as direct_marketing_count,
        (select count(*) from {{ ref('fct_payments') }}) as payment_count,
        (select count(*) from {{ ref('fct_payment_allocations') }} where allocation_type = 'receipt') as application_count
)

select
    summary.ledger_from_month,
    case
        when summary.names_revenue then 'recognised'
        when documents.invoice_count > 0 then 'billed'
        -- revenue of the ledger that names nobody is unassigned's, beside what is booked
        when documents.order_count > 0 or summary.posts_revenue then 'booked'
        else 'missing'
    end as revenue_basis,
    case
        when summary.names_cogs then 'recognised'
        when documents.invoice_cost_count > 0 then 'billed'
        when documents.order_cost_count > 0 then 'booked'
        -- of the whole company the cost is known all the same; what names nobody is unassigned's
        when summary.posts_cogs then 'recognised'
        else 'missing'
    end as cogs_basis,
    summary.names_cogs or documents.invoice_cost_count + documents.order_cost_count > 0 as names_cogs,
    case
        when documents.service_cost_count + documents.direct_service_count > 0 then 'direct'
        when summary.names_service_expense then 'recognised'
        else 'missing'
    end as service_basis,
    documents.service_cost_count > 0 as has_hour_costs,
    -- what names nobody is a pool that customers bear
    documents.service_cost_count + documents.direct_service_count > 0 or summary.posts_service_expense as has_service_costs,
    documents.direct_selling_count > 0 or summary.posts_selling_expense as has_selling_costs,
    documents.direct_marketing_count > 0 or summary.posts_marketing_expense as has_marketing_costs,
    case
        when documents.direct_selling_count > 0 then 'direct'
        when summary.names_selling_expense then 'recognised'
        else 'missing'
    end as selling_basis,
    case
        when documents.direct_marketing_count > 0 then 'direct'
        when summary.names_marketing_expense then 'recognised'
        else 'missing'
    end as marketing_basis,
    case when summary.names_bad_debt then 'recognised' else 'direct' end as bad_debt_basis,
    -- without payments nobody knows what is still owed, what is overdue and what came in
    documents.payment_count > 0 as has_payments,
    -- without their applications what is owed is known in total, and of no invoice whether it is paid
    documents.payment_count > 0 and documents.application_count > 0 as has_applications
from summary
cross join documents
