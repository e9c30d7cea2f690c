-- The stays in open stages that are seen in a period: those that end in it, and those that go on at its end, whose length is
-- only known to be longer.
with stays as (
    select * from {{ ref('fct_opportunity_stages') }} where outcome = 'open'
),

periods as (
    select * from {{ ref('int_periods') }}
),

seen as (
    select
        stays.opportunity_key, stays.entry_number, stays.source_system, stays.pipeline, stays.stage, stays.customer_key,
        stays.owner_id, stays.channel, stays.product_line, stays.is_zero_day,
        periods.period_grain, periods.period_start, periods.period_as_of_date,
        {{ days_between('stays.entered_date', 'least(coalesce(stays.exited_date, periods.period_as_of_date), periods.period_as_of_date)') }} as stay_days,
        {{ as_flag('stays.exited_date <= periods.period_as_of_date') }} as is_ended
    from periods
    inner join stays
        on stays.entered_date <= periods.period_as_of_date
        and coalesce(stays.exited_date, {{ no_end() }}) >= periods.period_start
),

final as (
    select
        seen.opportunity_key,
        seen.entry_number,
        seen.source_system,
        seen.pipeline,
        seen.stage,
        seen.period_grain,
        seen.period_start,
        {{ segment('seen.owner_id') }} as owner,
        {{ team() }} as team,
        {{ segment('history.region') }} as region,
        {{ segment('seen.channel') }} as channel,
        {{ segment('seen.product_line') }} as product_line,
        cast(seen.stay_days as bigint) as stay_days,
        seen.is_ended,
        {{ as_flag('seen.is_ended = 1 and seen.is_zero_day') }} as is_zero_day
    from seen
    {{ join_history('history', 'seen', 'seen.period_as_of_date') }}
    {{ join_teams('seen.owner_id', 'seen.period_as_of_date') }}
)

select * from final
