-- Largest remainder in cents: everybody gets the whole cents of his part, and the cents left over go to the largest
-- remainders, equal ones in the order of units and key. So the parts sum to the pool, the same way on every run.
with pools as (

    select
        *,
        cast(abs(pool_amount) * 100 as decimal(38, 0)) as pool_cents
    from {{ ref('int_cost_pools') }}

),

shares as (

    select
        pools.month_start,
        pools.pool,
        pools.pool_amount,
        pools.pool_cents,
        coalesce(drivers.driver, 'none') as driver,
        coalesce(drivers.customer_key, 'unassigned') as customer_key,
        -- where nobody took anything the whole pool is unassigned
        cast(coalesce(drivers.driver_units, 1) as decimal(38, 0)) as driver_units
    from pools
    left join {{ ref('int_cost_drivers') }} as drivers
        on pools.month_start = drivers.month_start and pools.pool = drivers.pool

),

totals as (

    select shares.*, cast(sum(driver_units) over (partition by month_start, pool) as decimal(38, 0)) as total_units
    from shares

),

whole as (

    select
        *,
        (pool_cents * driver_units) % total_units as remainder,
        {{ floor_of_division('pool_cents * driver_units', 'total_units') }} as whole_cents
    from totals

),

ranked as (

    select
        *,
        pool_cents - sum(whole_cents) over (partition by month_start, pool) as cents_left,
        row_number() over (
            partition by month_start, pool order by remainder desc, driver_units desc, customer_key
        ) as remainder_rank
    from whole

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
        cast(
            cast(whole_cents + case when remainder_rank <= cents_left then 1 else 0 end as decimal(18, 2))
            * case when pool_amount < 0 then -0.01 else 0.01 end as decimal(18, 2)
        ) as allocated_amount
    from ranked

)

select * from final
