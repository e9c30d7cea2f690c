{{ config(schema='marts') }}

-- The day on which a deal is expected to close is kept as of today only, so there is coverage of the running quarter
-- and none of those that are over. Whoever has deals or revenue and no target is in the total all the same.
with context as (

    select
        as_of_date,
        {{ period_start('quarter', 'as_of_date') }} as quarter_start,
        {{ add_months(period_start('quarter', 'as_of_date'), 3) }} as quarter_end
    from {{ ref('run_context') }}

),

parts as (

    select
        deals.owner_id as owner,
        {{ team() }} as team,
        coalesce(customers.region, 'unknown') as region,
        case when deals.expected_close_date >= context.quarter_start then coalesce(deals.amount, 0) else 0 end as expected_amount,
        case when deals.expected_close_date < context.quarter_start then coalesce(deals.amount, 0) else 0 end as overdue_amount,
        0 as target_value,
        0 as net_revenue
    from {{ ref('open_opportunities') }} as deals
    cross join context
    left join {{ ref('dim_customers') }} as customers on deals.customer_key = customers.customer_key
    {{ join_teams('deals.owner_id', 'context.as_of_date') }}
    where deals.expected_close_date < context.quarter_end
    union all
    select targets.owner_id, targets.team, targets.region, 0, 0, targets.target_value, 0
    from {{ ref('int_target_parts') }} as targets
    cross join context
    where targets.month_start >= context.quarter_start and targets.month_start < context.quarter_end
    union all
    select months.owner_id, {{ team() }}, months.region, 0, 0, 0, months.net_revenue
    from {{ ref('customer_months') }} as months
    cross join context
    {{ join_teams('months.owner_id', last_day('months.month_start')) }}
    where months.month_start >= context.quarter_start and months.month_start <= context.as_of_date
        and months.net_revenue <> 0

),

final as (

    select
        parts.owner,
        parts.team,
        parts.region,
        context.as_of_date,
        cast(sum(parts.expected_amount) as decimal(18, 2)) as expected_amount,
        cast(sum(parts.overdue_amount) as decimal(18, 2)) as overdue_amount,
        cast(sum(parts.target_value - parts.net_revenue) as decimal(18, 2)) as remaining_target
    from parts
    cross join context
    where (select sum(target_value) from parts) > 0
    group by parts.owner, parts.team, parts.region, context.as_of_date

)

select * from final
