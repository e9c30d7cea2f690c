-- Days on which health is measured: the last 27 Sundays, today, and for each of them the day a week before.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

measured as (
    select dates.date_day as snapshot_date, true as is_published
    from {{ ref('dim_dates') }} as dates
    inner join context
        on dates.date_day <= context.as_of_date and dates.date_day > {{ add_days('context.as_of_date', -7 * 27) }}
    where dates.iso_weekday = 7
    union all
    select as_of_date, true from context
    union all
    select {{ add_days('as_of_date', -7) }}, false from context
),

final as (
    select
        measured.snapshot_date,
        max({{ as_flag('measured.is_published') }}) = 1 as is_published,
        measured.snapshot_date = context.as_of_date as is_current,
        {{ iso_weekday('measured.snapshot_date') }} = 7 as is_weekly,
        -- the month whose result is known on that day: the last one that was closed, or the running one today
        case when measured.snapshot_date = context.as_of_date then {{ month_start('context.as_of_date') }}
            else {{ add_months(month_start(add_days('measured.snapshot_date', 1)), -1) }} end as result_month
    from measured
    cross join context
    group by measured.snapshot_date, context.as_of_date
)

select * from final
