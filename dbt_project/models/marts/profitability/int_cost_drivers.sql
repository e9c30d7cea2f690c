{{ config(schema='marts_internal') }}

-- What customers took of each pool, as whole numbers: minutes, follow-ups, touches, and revenue in units of money. The
-- member 'unassigned' takes its own part: work that names no customer is nobody's.
with takings as (

    select {{ month_start('worked_date') }} as month_start, 'service' as pool, 'service minutes' as driver,
        customer_key, minutes as units
    from {{ ref('fct_service_time') }}
    union all
    select {{ month_start('occurred_date') }}, 'selling', 'follow-ups', customer_key, 1
    from {{ ref('fct_activities') }} where is_follow_up
    union all
    select {{ month_start('touched_date') }}, 'marketing', 'touches', customer_key, 1
    from {{ ref('fct_touches') }}
    union all
    select month_start, 'overhead', 'net revenue', customer_key, net_revenue
    from {{ ref('customer_months') }}

),

summed as (

    select month_start, pool, driver, customer_key, cast(round(sum(units)) as bigint) as driver_units
    from takings
    group by month_start, pool, driver, customer_key

),

final as (

    select * from summed where driver_units > 0

)

select * from final
