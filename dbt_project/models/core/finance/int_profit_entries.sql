-- Per customer, month and line of the result. Where the chosen basis is not the ledger, the difference to the
-- ledger is a line of the member 'unassigned': so that customers and unassigned always sum to the ledger.
with sources as (
    select
        all_sources.*,
        bases.ledger_from_month,
        case all_sources.account_class
            when 'revenue' then bases.revenue_basis
            when 'cogs' then bases.cogs_basis
            when 'service_expense' then bases.service_basis
            when 'selling_expense' then bases.selling_basis
            when 'marketing_expense' then bases.marketing_basis
            when 'bad_debt' then bases.bad_debt_basis
            else 'recognised'
        end as company_basis
    from {{ ref('int_profit_sources') }} as all_sources
    cross join {{ ref('int_profit_bases') }} as bases
),

-- before a ledger begins, what was billed stands in for what it would have recognised
chosen as (
    select *
    from sources
    where basis = case
        when company_basis = 'recognised' and account_class in ('revenue', 'cogs') and month_start < ledger_from_month
            then 'billed'
        else company_basis
    end
),

ledger_classes as (
    select distinct account_class from sources where basis = 'recognised'
),

differences as (
    select account_class, month_start, amount from sources where basis = 'recognised'
    union all
    select chosen.account_class, chosen.month_start, -chosen.amount
    from chosen
    inner join ledger_classes on ledger_classes.account_class = chosen.account_class
    where chosen.month_start >= chosen.ledger_from_month
),

entries as (
    select customer_key, month_start, line, basis, amount from chosen
    union all
    select
        'unassigned' as customer_key,
        month_start,
        case account_class
            when 'revenue' then 'net_revenue'
            when 'service_expense' then 'service_unattributed'
            when 'selling_expense' then 'selling_unattributed'
            when 'marketing_expense' then 'marketing_unattributed'
            else account_class
        end as line,
        'bridge' as basis,
        sum(amount) as amount
    from differences
    group by account_class, month_start
    having sum(amount) <> 0
)

select customer_key, month_start, line, basis, cast(sum(amount) as decimal(18, 2)) as amount
from entries
group by customer_key, month_start, line, basis
