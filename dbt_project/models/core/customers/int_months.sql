-- Calendar months from the first event up to today. The running month ends, for every balance, on the day computed for.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

final as (
    select
        dates.month_start,
        max(dates.date_day) as month_as_of_date,
        {{ add_days('dates.month_start', -1) }} as day_before,
        {{ add_months('dates.month_start', -1) }} as previous_month_start,
        max(dates.date_day) = max(dates.month_end) as is_complete
    from {{ ref('dim_dates') }} as dates
    inner join context on dates.date_day <= context.as_of_date
    inner join {{ ref('int_event_span') }} as span on dates.date_day >= {{ month_start('span.first_event_date') }}
    group by dates.month_start
)

select * from final
