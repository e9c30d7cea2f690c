-- Months, quarters and years from the first event up to today. The running period ends, for every
-- balance, on the day computed for.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

{% set grains = ['month', 'quarter', 'year'] %}
days as (
    {%- for grain in grains %}
    select
        '{{ grain }}' as period_grain, dates.{{ grain }}_start as period_start, dates.date_day,
        {{ add_days(add_months('dates.' ~ grain ~ '_start', {'month': 1, 'quarter': 3, 'year': 12}[grain]), -1) }}
            as period_end
    from {{ ref('dim_dates') }} as dates
    inner join context on dates.date_day <= context.as_of_date
    inner join {{ ref('int_event_span') }} as span on dates.date_day >= {{ period_start(grain, 'span.first_event_date') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ends as (
    select
        period_grain,
        period_start,
        period_end,
        {{ add_days('period_start', -1) }} as day_before,
        max(date_day) as period_as_of_date
    from days
    group by period_grain, period_start, period_end
),

final as (
    select
        *,
        period_as_of_date = period_end as is_complete,
        -- the month whose tier holds at the end, and before the beginning: the last one that was closed by then
        case
            when period_as_of_date < period_end then {{ month_start('period_as_of_date') }}
            else {{ add_months(month_start(add_days('period_end', 1)), -1) }}
        end as tier_month,
        {{ add_months(month_start('period_start'), -1) }} as tier_month_at_start
    from ends
)

select * from final
