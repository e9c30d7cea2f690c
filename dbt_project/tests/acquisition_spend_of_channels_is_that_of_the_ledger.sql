-- Metric 6: the channels bear what acquiring customers cost to the cent, and of marketing that is the ledger's account.
with spent as (
    select month_start, sum(spend_amount) as spend_amount
    from {{ ref('int_metric_acquisition_costs') }}
    group by month_start
),

pools as (
    select
        month_start,
        sum(pool_amount) as pool_amount,
        sum(case when pool = 'marketing' then pool_amount else 0 end) as marketing_amount
    from {{ ref('int_acquisition_pools') }}
    group by month_start
),

ledger as (
    select {{ month_start('entries.posting_date') }} as month_start, sum(entries.natural_amount) as marketing_amount
    from {{ ref('fct_gl_entries') }} as entries
    inner join {{ ref('run_context') }} as context on entries.posting_date <= context.as_of_date
    where entries.account_class = 'marketing_expense'
    group by {{ month_start('entries.posting_date') }}
)

select pools.month_start, pools.pool_amount, spent.spend_amount, pools.marketing_amount, ledger.marketing_amount as ledger_amount
from pools
left join spent on spent.month_start = pools.month_start
left join ledger on ledger.month_start = pools.month_start
where coalesce(spent.spend_amount, 0) <> pools.pool_amount
    or (ledger.marketing_amount is not null and ledger.marketing_amount <> pools.marketing_amount)
