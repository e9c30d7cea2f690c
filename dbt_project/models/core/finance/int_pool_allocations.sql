with shares as (

    select
        pools.month_start,
        pools.pool,
        pools.pool_amount,
        coalesce(drivers.driver, 'none') as driver,
        coalesce(drivers.customer_key, 'unassigned') as customer_key,
        -- where nobody took anything the whole pool is unassigned
        coalesce(drivers.driver_units, 1) as driver_units
    from {{ ref('int_cost_pools') }} as pools
    left join {{ ref('int_cost_drivers') }} as drivers
        on pools.month_start = drivers.month_start and pools.pool = drivers.pool

),

allocated as (

    {{ allocated_to_the_cent('shares', ['month_start', 'pool'], 'customer_key', 'pool_amount', 'driver_units') }}

)

select month_start, pool, customer_key, driver, driver_units, total_units, pool_amount, allocated_amount
from allocated
