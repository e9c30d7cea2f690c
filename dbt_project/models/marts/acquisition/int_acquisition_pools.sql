-- What acquiring customers cost in a month: marketing expense, and the part of selling expense that the share of
-- follow-ups on new leads and new opportunities stands for. Where no ledger posts marketing, it is what the CRM says was spent.
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

-- marketing costs of single customers are not all of it: they stand for it only where neither ledger nor CRM tells
told as (

    select
        (
            select count(*)
            from {{ ref('fct_gl_entries') }} as gl
            inner join context on gl.posting_date <= context.as_of_date
            where gl.account_class = 'marketing_expense' and gl.natural_amount <> 0
        ) = 0
        and (select count(*) from campaign_costs where marketing_amount <> 0) > 0 as is_told_by_crm

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

    select expense.month_start, 'marketing' as pool, expense.marketing_amount as amount
    from expense
    inner join told on not told.is_told_by_crm
    union all
    select campaign_costs.month_start, 'marketing' as pool, campaign_costs.marketing_amount as amount
    from campaign_costs
    inner join told on told.is_told_by_crm
    union all
    select expense.month_start, 'selling' as pool, {{ to_money('expense.selling_amount * efforts.acquisition_share') }}
    from expense
    inner join efforts on expense.month_start = efforts.month_start

)

select month_start, pool, cast(amount as decimal(18, 2)) as pool_amount
from pools
where amount <> 0
