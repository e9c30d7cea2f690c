-- Marketing goes to channels by what the CRM says was spent on them, selling by the new leads they brought.
with drivers as (

    select {{ month_start('cost_date') }} as month_start, 'marketing' as pool, channel,
        cast(round(sum(amount) * 100) as bigint) as units
    from {{ ref('fct_marketing_costs') }} as costs
    -- what is dated later in the running month has not been spent
    inner join {{ ref('run_context') }} as context on costs.cost_date <= context.as_of_date
    group by {{ month_start('cost_date') }}, channel
    -- what was booked wrongly and taken off again was not spent
    having sum(amount) > 0
    union all
    select {{ month_start('created_date') }}, 'selling', channel, count(*)
    from {{ ref('fct_leads') }}
    where not is_merged_duplicate
    group by {{ month_start('created_date') }}, channel

),

shares as (

    select
        pools.month_start,
        pools.pool,
        pools.pool_amount,
        {{ channel_or_unknown('drivers.channel') }} as channel,
        coalesce(drivers.units, 1) as units
    from {{ ref('int_acquisition_pools') }} as pools
    left join drivers on pools.month_start = drivers.month_start and pools.pool = drivers.pool

),

allocated as (

    {{ allocated_to_the_cent('shares', ['month_start', 'pool'], 'channel', 'pool_amount', 'units') }}

)

select month_start, pool, channel, pool_amount, allocated_amount as spend_amount
from allocated
