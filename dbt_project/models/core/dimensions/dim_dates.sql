-- From the year of the first record to the end of the second year ahead.
with context as (
    select * from {{ ref('run_context') }}
),

bounds as (
    select
        {{ period_start('year', 'span.first_record_date') }} as first_day,
        {{ add_days(add_months(period_start('year', 'context.as_of_date'), 36), -1) }} as last_day
    from {{ ref('int_event_span') }} as span
    cross join context
),

days as (
    {{ date_series('first_day', 'last_day', 'bounds') }}
),

final as (
    select
        days.date_day,
        {{ period_start('week', 'days.date_day') }} as week_start,
        {{ month_start('days.date_day') }} as month_start,
        {{ last_day('days.date_day') }} as month_end,
        {{ period_start('quarter', 'days.date_day') }} as quarter_start,
        {{ period_start('year', 'days.date_day') }} as year_start,
        {{ add_months(
            period_start('year', add_months('days.date_day', '1 - context.fiscal_year_start_month')),
            'context.fiscal_year_start_month - 1'
        ) }} as fiscal_year_start,
        1 + {{ integer_division(
            'extract(month from ' ~ add_months('days.date_day', '1 - context.fiscal_year_start_month') ~ ') - 1', 3
        ) }} as fiscal_quarter,
        {{ iso_weekday('days.date_day') }} as iso_weekday,
        (position(cast({{ iso_weekday('days.date_day') }} as varchar(1)) in context.working_weekdays) > 0)
            <> (position(cast(days.date_day as varchar(10)) in context.working_day_exceptions) > 0) as is_working_day,
        days.date_day <= context.as_of_date as is_past_or_today
    from days
    cross join context
)

select * from final
