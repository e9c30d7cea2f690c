{{ config(schema='marts') }}

-- The day on which a deal is expected to close is kept as of today only, so there is coverage of the running quarter
-- and none of those that are over.
with context as (

    select as_of_date, {{ period_start('quarter', 'as_of_date') }} as quarter_start
    from {{ ref('run_context') }}

),

expected as (

    select coalesce(deals.owner_id, 'unassigned') as owner, sum(deals.amount) as expected_amount
    from {{ ref('open_opportunities') }} as deals
    cross join context
    where deals.expected_close_date < {{ add_months('context.quarter_start', 3) }}
    group by coalesce(deals.owner_id, 'unassigned')

),

quarter_targets as (

    select
        coalesce(targets.owner_id, 'unassigned') as owner,
        targets.month_start,
        targets.target_value
    from (
        select
            period_start as month_start, owner_id, target_value,
            row_number() over (
                partition by period_start, owner_id order by valid_from_date desc nulls last, target_key desc
            ) as version_rank
        from {{ ref('fct_sales_targets') }}
        where metric_name = 'net_revenue' and period_grain = 'month' and region is null and team is null
    ) as targets
    cross join context
    where targets.version_rank = 1
        and targets.month_start >= context.quarter_start
        and targets.month_start < {{ add_months('context.quarter_start', 3) }}

),

-- the row without owner is the company's; what of it no owner has is nobody's
targets as (

    select owner, sum(target_value) as target_amount
    from (
        select owner, target_value from quarter_targets where owner <> 'unassigned'
        union all
        select 'unassigned', case when owner = 'unassigned' then target_value else -target_value end
        from quarter_targets
        where exists (select 1 from quarter_targets where owner = 'unassigned')
    ) as parts
    group by owner

),

earned as (

    select months.owner_id as owner, sum(months.net_revenue) as net_revenue
    from {{ ref('sales_performance') }} as months
    cross join context
    where months.month_start >= context.quarter_start and months.month_start <= context.as_of_date
    group by months.owner_id

),

final as (

    select
        targets.owner,
        context.as_of_date,
        cast(coalesce(expected.expected_amount, 0) as decimal(18, 2)) as expected_amount,
        cast(targets.target_amount - coalesce(earned.net_revenue, 0) as decimal(18, 2)) as remaining_target
    from targets
    cross join context
    left join expected on targets.owner = expected.owner
    left join earned on targets.owner = earned.owner

)

select * from final
