with context as (

    select time_zone, working_day_opens_minute, working_day_closes_minute from {{ ref('run_context') }}

),

days as (

    select
        dates.date_day,
        -- the opening as an instant, so that a day on which the clocks change has its true length
        {{ local_to_utc(add_minutes('dates.date_day', 'context.working_day_opens_minute'), 'context.time_zone') }} as opens_at,
        {{ local_to_utc(add_minutes('dates.date_day', 'context.working_day_closes_minute'), 'context.time_zone') }} as closes_at,
        dates.is_working_day
    from {{ ref('dim_dates') }} as dates
    cross join context

),

lengths as (

    select
        date_day,
        opens_at,
        case when is_working_day then {{ seconds_between('opens_at', 'closes_at') }} else 0 end as working_seconds
    from days

),

final as (

    select
        cast(date_day as date) as date_day,
        cast(opens_at as timestamp) as opens_at,
        cast(working_seconds as bigint) as working_seconds,
        cast(coalesce(sum(working_seconds) over (
            order by date_day rows between unbounded preceding and 1 preceding
        ), 0) as bigint) as working_seconds_before
    from lengths

)

select * from final
