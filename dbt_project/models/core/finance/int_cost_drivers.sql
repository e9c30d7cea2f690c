-- What customers took of each pool, as whole numbers: minutes, follow-ups and touches. The member 'unassigned' takes its own
-- part: work that names no customer is nobody's.
with takings as (

    select worked_date as taken_date, 'service' as pool, 'service minutes' as driver, customer_key, minutes as units
    from {{ ref('fct_service_time') }}
    union all
    select occurred_date, 'selling', 'follow-ups', customer_key, 1
    from {{ ref('fct_activities') }} where is_follow_up
    union all
    select touched_date, 'marketing', 'touches', customer_key, 1
    from {{ ref('fct_touches') }}

),

summed as (

    select {{ month_start('takings.taken_date') }} as month_start, takings.pool, takings.driver, takings.customer_key,
        cast(round(sum(takings.units)) as bigint) as driver_units
    from takings
    inner join {{ ref('run_context') }} as context on takings.taken_date <= context.as_of_date
    group by {{ month_start('takings.taken_date') }}, takings.pool, takings.driver, takings.customer_key

),

final as (

    select * from summed where driver_units > 0

)

select * from final
