"""From the figures that MetricFlow's SQL gave to the rows of metric_values, in set-based SQL.

Reads temporary tables: metric_figures (metric_name, period_grain, period_start, dimension_name,
dimension_value, figure) and those of metrics.rules.
"""

# One row per metric, scope, period and member, its inputs side by side.
PIVOT = """
create or replace temp table metric_pairs as
select
    inputs.metric_name,
    figures.period_grain,
    figures.period_start,
    figures.dimension_name,
    figures.dimension_value,
    max(case when inputs.role = 'value' then figures.figure end) as figure,
    max(case when inputs.role = 'numerator' then figures.figure end) as numerator,
    max(case when inputs.role = 'denominator' then figures.figure end) as denominator,
    max(case when inputs.role = 'base' then figures.figure end) as base
from metric_inputs as inputs
inner join metric_scopes as scopes
    on inputs.metric_name = scopes.metric_name
inner join metric_figures as figures
    on inputs.input_name = figures.metric_name
    and scopes.period_grain = figures.period_grain
    and scopes.dimension_name = figures.dimension_name
group by all
"""

# In total every period from a metric's first to the current one has a row: a month without a lead is 0, not absent.
CALENDAR = """
insert into metric_pairs (metric_name, period_grain, period_start, dimension_name, dimension_value)
with spans as (
    select
        metric_name,
        period_grain,
        min(period_start) as first_period,
        date_trunc(period_grain, $as_of::date)::date as last_period
    from metric_pairs
    where dimension_name = 'total'
    group by all
),
periods as (
    select
        metric_name,
        period_grain,
        unnest(generate_series(
            first_period::timestamp,
            last_period::timestamp,
            case period_grain
                when 'day' then interval 1 day
                when 'week' then interval 7 days
                when 'month' then interval 1 month
                when 'quarter' then interval 3 months
                else interval 1 year
            end
        ))::date as period_start
    from spans
)
select periods.metric_name, periods.period_grain, periods.period_start, 'total', 'total'
from periods
anti join (select * from metric_pairs where dimension_name = 'total') as present
    on periods.metric_name = present.metric_name
    and periods.period_grain = present.period_grain
    and periods.period_start = present.period_start
"""

# Value or reason (R11), then what the value is compared with.
JUDGE = """
create or replace temp table metric_judged as
with bounded as (
    select
        pairs.*,
        definitions.* exclude (metric_name),
        case pairs.period_grain
            when 'day' then pairs.period_start + interval 1 day
            when 'week' then pairs.period_start + interval 7 days
            when 'month' then pairs.period_start + interval 1 month
            when 'quarter' then pairs.period_start + interval 3 months
            else pairs.period_start + interval 1 year
        end::date as period_end
    from metric_pairs as pairs
    inner join metric_definitions as definitions
        on pairs.metric_name = definitions.metric_name
    where pairs.period_start <= $as_of::date
),
reasoned as (
    select
        *,
        case
            when is_ratio and coalesce(denominator, 0) <= 0 then 'no_base'
            when not is_ratio and figure is null and not fills_with_zero then 'no_base'
            when has_base and coalesce(base, 0) = 0 then 'no_base'
            when matures_after_days > 0 and period_end + matures_after_days::int > $as_of::date then 'immature'
            when has_base and base < minimum_base then 'small_base'
        end as null_reason
    from bounded
)
select
    * exclude (figure, numerator, base),
    case when is_ratio then coalesce(numerator, 0) end as numerator,
    case when has_base then coalesce(base, 0) end::bigint as base_count,
    case
        when null_reason is not null then null
        when is_ratio then (coalesce(numerator, 0)::double / denominator::double)::decimal(38, 8)
        else coalesce(figure, 0)
    end as value
from reasoned
"""

COMPARE = """
create or replace temp table metric_compared as
with target_of as (
    select
        judged.metric_name, judged.period_grain, judged.period_start, judged.dimension_name, judged.dimension_value,
        max_by(targets.target_value, (targets.is_of_one_period, targets.valid_from)) as target_value
    from metric_judged as judged
    inner join metric_targets as targets
        on judged.metric_name = targets.metric_name
        and judged.period_grain = targets.period_grain
        and judged.dimension_name = targets.dimension_name
        and judged.dimension_value = targets.dimension_value
        and (targets.valid_from = judged.period_start
            or (targets.valid_from < judged.period_start and not targets.is_of_one_period))
    group by all
)
select
    judged.*,
    previous.value as previous_value,
    last_year.value as same_period_last_year_value,
    target_of.target_value,
    benchmarks.benchmark_value,
    case
        when judged.value is null or limits.metric_name is null then 'none'
        when judged.value < limits.critical_low or judged.value > limits.critical_high then 'critical'
        when judged.value < limits.warning_low or judged.value > limits.warning_high then 'warning'
        else 'ok'
    end as limit_status
from metric_judged as judged
left join metric_judged as previous
    on judged.metric_name = previous.metric_name
    and judged.period_grain = previous.period_grain
    and judged.dimension_name = previous.dimension_name
    and judged.dimension_value = previous.dimension_value
    and judged.period_start = previous.period_end
left join metric_judged as last_year
    on judged.metric_name = last_year.metric_name
    and judged.period_grain = last_year.period_grain
    and judged.dimension_name = last_year.dimension_name
    and judged.dimension_value = last_year.dimension_value
    and last_year.period_start = case
        when judged.period_grain = 'week' then judged.period_start - 364
        else (judged.period_start - interval 1 year)::date
    end
left join target_of
    on judged.metric_name = target_of.metric_name
    and judged.period_grain = target_of.period_grain
    and judged.period_start = target_of.period_start
    and judged.dimension_name = target_of.dimension_name
    and judged.dimension_value = target_of.dimension_value
left join metric_limits as limits
    on judged.metric_name = limits.metric_name
    and judged.period_grain = limits.period_grain
    and judged.dimension_name = limits.dimension_name
left join metric_benchmarks as benchmarks
    on judged.metric_name = benchmarks.metric_name
    and judged.period_grain = benchmarks.period_grain
"""

# A metric that no source feeds has one row per grain that says so, never a zero.
WRITE = """
insert into metrics.metric_values
select
    metric_name, period_grain, period_start, dimension_name, dimension_value, 'default' as variant,
    value, unit, currency, numerator, denominator, base_count, null_reason, null as missing_input,
    null as lower_bound, null as upper_bound, previous_value, same_period_last_year_value, change_type,
    target_value, limit_status, benchmark_value, $as_of::date, definition_version, $run_id
from metric_compared
union all
select
    definitions.metric_name, scopes.period_grain, date_trunc(scopes.period_grain, $as_of::date)::date,
    'total', 'total', 'default',
    null, definitions.unit, definitions.currency, null, null, null, 'missing_source', definitions.missing_input,
    null, null, null, null, definitions.change_type, null, 'none', null, $as_of::date,
    definitions.definition_version, $run_id
from metric_definitions as definitions
inner join metric_scopes as scopes
    on definitions.metric_name = scopes.metric_name
where definitions.missing_input is not null and scopes.dimension_name = 'total'
order by metric_name, period_grain, dimension_name, dimension_value, period_start
"""
