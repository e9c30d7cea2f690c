with context as (

    select
        working_day_opens_minute * 60 as opens_second,
        (working_day_closes_minute - working_day_opens_minute) * 60 as open_seconds
    from {{ ref('run_context') }}

),

days as (

    select
        dates.date_day,
        context.opens_second,
        case when dates.is_working_day then context.open_seconds else 0 end as working_seconds
    from {{ ref('dim_dates') }} as dates
    cross join context

),

final as (

    select
        date_day,
        cast(opens_second as bigint) as opens_second,
        cast(working_seconds as bigint) as working_seconds,
        cast(coalesce(sum(working_seconds) over (
            order by date_day rows between unbounded preceding and 1 preceding
        ), 0) as bigint) as working_seconds_before
    from days

)

select * from final
