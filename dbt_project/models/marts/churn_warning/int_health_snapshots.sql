-- Days on which health is measured: the last 27 Sundays, today, and for each of them the day a week before. On today and
-- the last month ends customers are also warned of: on past ones again, to see what the warnings were worth.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

measured as (
    select dates.date_day as snapshot_date, true as is_published, false as is_warning_day
    from {{ ref('dim_dates') }} as dates
    inner join context
        on dates.date_day <= context.as_of_date and dates.date_day > {{ add_days('context.as_of_date', -7 * 27) }}
    where dates.iso_weekday = 7
    union all
    select as_of_date, true, true from context
    union all
    select {{ add_days('as_of_date', -7) }}, false, false from context
    union all
    select months.state_date, false, true from {{ ref('int_lifecycle_months') }} as months
    union all
    select {{ add_days('months.state_date', -7) }}, false, false from {{ ref('int_lifecycle_months') }} as months
),

final as (
    select
        measured.snapshot_date,
        max({{ as_flag('measured.is_published') }}) = 1 as is_published,
        max({{ as_flag('measured.is_warning_day') }}) = 1 as is_warning_day,
        measured.snapshot_date = context.as_of_date as is_current,
        {{ iso_weekday('measured.snapshot_date') }} = 7 as is_weekly,
        -- the month whose result is known on that day is the last one that was over: a running month lacks its costs, and
        -- two days of which one looks at it cannot be compared
        {{ add_months(month_start(add_days('measured.snapshot_date', 1)), -1) }} as result_month,
        -- a tier that people decide holds at once
        case when measured.snapshot_date = context.as_of_date then {{ month_start('context.as_of_date') }}
            else {{ add_months(month_start(add_days('measured.snapshot_date', 1)), -1) }} end as tier_month
    from measured
    cross join context
    group by measured.snapshot_date, context.as_of_date
)

select * from final
