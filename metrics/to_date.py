"""The running period up to today beside the same days of the period before and of last year: variant 'to_date'.

The default row of a running period is compared with whole periods, which it cannot have reached yet. Only sums can be
cut at a day: additive metrics whose rows, or the documents below them, know the day (metrics.days).
"""

# Weeks are compared with the same weekdays 52 weeks earlier. A day that a shorter month does not have is its last one.
WRITE = """
insert into metrics.metric_values
with grains as (
    select
        period_grain,
        date_trunc(period_grain, $as_of::date)::date as period_start,
        step
    from (
        values ('week', interval 7 days), ('month', interval 1 month), ('quarter', interval 3 months),
            ('year', interval 1 year)
    ) as steps (period_grain, step)
),
spans as (
    select
        period_grain,
        period_start,
        (period_start - step)::date as previous_start,
        ($as_of::date - step)::date as previous_end,
        if(period_grain = 'week', period_start - 364, (period_start - interval 1 year)::date) as last_year_start,
        if(period_grain = 'week', $as_of::date - 364, ($as_of::date - interval 1 year)::date) as last_year_end
    from grains
),
days as (
    select * from metric_days where day <= $as_of::date
),
firsts as (
    select metric_name, min(day) as day from days group by metric_name
),
-- what ripens has had a year to do so in last year's days, and none in this year's
ripening as (
    select inputs.input_name as metric_name
    from metric_inputs as inputs
    inner join metric_definitions as definitions on definitions.metric_name = inputs.metric_name
    where inputs.role = 'numerator' and definitions.matures_after_days > 0
),
known as (
    select
        definitions.metric_name,
        spans.period_grain,
        -- days before the first month (or week) of the record are unknown and not zero
        greatest(
            date_trunc(if(spans.period_grain = 'week', 'week', 'month'), firsts.day)::date, definitions.new_from
        ) as known_from
    from firsts
    inner join metric_definitions as definitions on definitions.metric_name = firsts.metric_name
    cross join spans
    where definitions.matures_after_days = 0
        and firsts.metric_name not in (select metric_name from ripening)
        and (definitions.new_from is null or definitions.new_from <= spans.period_start)
),
sums as (
    select
        days.metric_name,
        spans.period_grain,
        spans.period_start,
        bool_or(days.is_of_documents) as is_of_documents,
        coalesce(sum(days.value) filter (days.day >= spans.period_start), 0) as value,
        case
            when any_value(known.known_from) <= any_value(spans.previous_start)
                then coalesce(sum(days.value) filter (days.day between spans.previous_start and spans.previous_end), 0)
        end as previous_value,
        case
            when any_value(known.known_from) <= any_value(spans.last_year_start)
                then coalesce(
                    sum(days.value) filter (days.day between spans.last_year_start and spans.last_year_end), 0
                )
        end as same_period_last_year_value
    from days
    inner join metric_scopes as scopes
        on scopes.metric_name = days.metric_name
        and scopes.dimension_name = 'total'
    inner join spans
        on spans.period_grain = scopes.period_grain
    inner join known
        on known.metric_name = days.metric_name
        and known.period_grain = spans.period_grain
    group by days.metric_name, spans.period_grain, spans.period_start
)
select
    sums.metric_name, sums.period_grain, sums.period_start, 'total', 'total', 'to_date',
    sums.value, definitions.unit, definitions.currency, null, null, null, null, null,
    null, null, sums.previous_value, sums.same_period_last_year_value, definitions.change_type,
    null, 'none', null, null, $as_of::date, definitions.definition_version, $run_id
from sums
inner join metric_definitions as definitions
    on definitions.metric_name = sums.metric_name and definitions.variant = 'default'
-- where a part has no document (a bridge to the ledger), the documents' days are not the figure's
left join metrics.metric_values as whole
    on whole.metric_name = sums.metric_name
    and whole.variant = 'default'
    and whole.period_grain = sums.period_grain
    and whole.period_start = sums.period_start
    and whole.dimension_name = 'total'
where not sums.is_of_documents or whole.value = sums.value
order by all
"""
