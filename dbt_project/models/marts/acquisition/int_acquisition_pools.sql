-- What acquiring customers cost in a month: marketing expense, and the part of selling expense that the share of
-- follow-ups on new leads and new opportunities stands for. A company without a ledger has what its CRM says it spent.
with context as (

    select as_of_date from {{ ref('run_context') }}

),

expense as (

    select
        month_start,
        sum(case when line in ('marketing', 'marketing_unattributed') then amount else 0 end) as marketing_amount,
        sum(case when line in ('selling', 'rebate', 'selling_unattributed') then amount else 0 end) as selling_amount
    from {{ ref('int_profit_entries') }}
    where line in ('marketing', 'marketing_unattributed', 'selling', 'rebate', 'selling_unattributed')
    group by month_start

),

campaign_costs as (

    select {{ month_start('costs.cost_date') }} as month_start, sum(costs.amount) as marketing_amount
    from {{ ref('fct_marketing_costs') }} as costs
    cross join context
    where costs.cost_date <= context.as_of_date
    group by {{ month_start('costs.cost_date') }}

),

efforts as (

    select
        {{ month_start('occurred_date') }} as month_start,
        cast(sum({{ as_flag('is_acquisition') }}) as decimal(18, 8)) / count(*) as acquisition_share
    from {{ ref('fct_activities') }}
    where is_follow_up
    group by {{ month_start('occurred_date') }}

),

pools as (

    select month_start, 'marketing' as pool, marketing_amount as amount
    from expense
    union all
    select month_start, 'marketing' as pool, marketing_amount as amount
    from campaign_costs
    where not exists (select 1 from expense where marketing_amount <> 0)
    union all
    select expense.month_start, 'selling' as pool, {{ to_money('expense.selling_amount * efforts.acquisition_share') }}
    from expense
    inner join efforts on expense.month_start = efforts.month_start

)

select month_start, pool, cast(amount as decimal(18, 2)) as pool_amount
from pools
where amount <> 0
