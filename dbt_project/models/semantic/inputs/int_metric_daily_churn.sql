{{ config(schema='marts') }}

-- Who leaves on a day was active the day before it (R12): days of spells, counted up from where spells begin and end.
with context as (

    select as_of_date from {{ ref('run_context') }}

),

steps as (

    select active_from as step_date, 1 as begun, 0 as ended
    from {{ ref('int_activity_spells') }}
    union all
    select active_until, 0, 1
    from {{ ref('int_activity_spells') }}
    union all
    -- each month has a day, so that one in which nobody comes or goes lost nobody instead of having no value
    select month_start, 0, 0
    from {{ ref('int_months') }}

),

dated as (

    select step_date, sum(begun) as begun, sum(ended) as ended
    from steps
    group by step_date

),

-- any other day on which nobody comes or goes counts with nobody lost, and is in no row
counted as (

    select
        step_date,
        begun,
        ended,
        sum(begun - ended) over (order by step_date rows between unbounded preceding and current row)
            - begun + ended as active_before
    from dated

),

final as (

    select
        step_date as churn_date,
        cast(active_before as bigint) as active_before,
        cast(ended as bigint) as lost_customers,
        cast(coalesce({{ safe_ratio('ended', 'active_before') }}, 0) as decimal(18, 8)) as daily_churn_rate
    from counted
    cross join context
    where step_date <= context.as_of_date and (active_before > 0 or begun > 0)

)

select * from final
