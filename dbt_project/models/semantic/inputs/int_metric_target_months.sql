{{ config(schema='marts') }}

with context as (

    select as_of_date from {{ ref('run_context') }}

),

-- the team is that of the end of the month, as the region of a customer is
parts as (

    select month_start, owner_id, team, region, 0 as net_revenue, target_value, first_target_value
    from {{ ref('int_target_parts') }}
    union all
    select months.month_start, months.owner_id, {{ team() }}, months.region, months.net_revenue, 0, 0
    from {{ ref('customer_months') }} as months
    {{ join_teams('months.owner_id', last_day('months.month_start')) }}
    where months.net_revenue <> 0

),

working_days as (

    select
        dates.month_start,
        cast(sum({{ as_flag('dates.is_working_day and dates.date_day <= context.as_of_date') }}) as decimal(18, 8))
            / nullif(sum({{ as_flag('dates.is_working_day') }}), 0) as elapsed_share
    from {{ ref('dim_dates') }} as dates
    cross join context
    group by dates.month_start

),

final as (

    select
        parts.month_start,
        parts.owner_id as owner,
        parts.team,
        parts.region,
        cast(sum(parts.net_revenue) as decimal(18, 2)) as net_revenue,
        cast(sum(parts.target_value) as decimal(18, 2)) as target_amount,
        cast(sum(parts.first_target_value) as decimal(18, 2)) as first_target_amount,
        {{ to_money('sum(parts.target_value) * max(working_days.elapsed_share)') }} as elapsed_target_amount
    from parts
    cross join context
    left join working_days on parts.month_start = working_days.month_start
    where parts.month_start <= context.as_of_date
        and parts.month_start in (select month_start from parts group by month_start having sum(target_value) > 0)
    group by parts.month_start, parts.owner_id, parts.team, parts.region

)

select * from final
