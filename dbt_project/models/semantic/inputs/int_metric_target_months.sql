{{ config(schema='marts') }}

with context as (

    select as_of_date from {{ ref('run_context') }}

),

-- of a target that was changed, the version that holds on the day of the run
company_targets as (

    select period_start as month_start, target_value
    from (
        select
            targets.*,
            row_number() over (
                partition by targets.period_start
                order by targets.valid_from_date desc nulls last, targets.target_key desc
            ) as version_rank
        from {{ ref('fct_sales_targets') }} as targets
        cross join context
        where targets.metric_name = 'net_revenue' and targets.period_grain = 'month'
            and targets.owner_id is null and targets.region is null and targets.team is null
            and targets.period_start <= context.as_of_date
            and coalesce(targets.valid_from_date, targets.period_start) <= greatest(context.as_of_date, targets.period_start)
    ) as versions
    where version_rank = 1

),

owners as (

    select month_start, owner_id, net_revenue, coalesce(net_revenue_target, 0) as target_value
    from {{ ref('sales_performance') }}

),

-- what of the company's target no sales person has is a target of nobody
parts as (

    select month_start, owner_id, net_revenue, target_value from owners
    union all
    select company.month_start, 'unassigned', 0, company.target_value - coalesce(sum(owners.target_value), 0)
    from company_targets as company
    left join owners on company.month_start = owners.month_start
    group by company.month_start, company.target_value

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
        cast(sum(parts.net_revenue) as decimal(18, 2)) as net_revenue,
        cast(sum(parts.target_value) as decimal(18, 2)) as target_amount,
        {{ to_money('sum(parts.target_value) * max(working_days.elapsed_share)') }} as elapsed_target_amount
    from parts
    left join working_days on parts.month_start = working_days.month_start
    where parts.month_start in (select month_start from parts where target_value > 0)
    group by parts.month_start, parts.owner_id

)

select * from final
