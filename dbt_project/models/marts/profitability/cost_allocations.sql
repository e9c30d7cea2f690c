-- Service, selling and marketing are in the customer result; overhead is below it and shown here alone.
with pools as (

    select {{ month_start('entries.posting_date') }} as month_start, cast(sum(entries.natural_amount) as decimal(18, 2)) as pool_amount
    from {{ ref('fct_gl_entries') }} as entries
    inner join {{ ref('run_context') }} as context on entries.posting_date <= context.as_of_date
    where entries.account_class = 'overhead'
    group by {{ month_start('entries.posting_date') }}
    having sum(entries.natural_amount) <> 0

),

drivers as (

    select month_start, customer_key, cast(round(net_revenue) as bigint) as driver_units
    from {{ ref('customer_months') }}
    where round(net_revenue) > 0

),

overhead as (

    select
        pools.month_start,
        pools.pool_amount,
        case when drivers.customer_key is null then 'none' else 'net revenue' end as driver,
        coalesce(drivers.customer_key, 'unassigned') as customer_key,
        coalesce(drivers.driver_units, 1) as driver_units
    from pools
    left join drivers on pools.month_start = drivers.month_start

),

allocated as (

    {{ allocated_to_the_cent('overhead', ['month_start'], 'customer_key', 'pool_amount', 'driver_units') }}

),

everything as (

    select month_start, pool, customer_key, driver, driver_units, total_units, pool_amount, allocated_amount
    from {{ ref('int_pool_allocations') }}
    union all
    select month_start, 'overhead', customer_key, driver, driver_units, total_units, pool_amount, allocated_amount
    from allocated

),

final as (

    select
        month_start,
        pool,
        customer_key,
        driver,
        cast(driver_units as bigint) as driver_units,
        cast(total_units as bigint) as total_units,
        cast(pool_amount as decimal(18, 2)) as pool_amount,
        allocated_amount
    from everything

)

select * from final
