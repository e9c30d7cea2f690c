"""What a judged figure is compared with, and the row of metric_values that comes of it, in set-based SQL.

Reads metric_judged and metric_batch of metrics.assembly and the temporary tables of metrics.rules.
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
    end as limit_status,
    case
        when judged.value < limits.critical_low then limits.critical_low
        when judged.value > limits.critical_high then limits.critical_high
        when judged.value < limits.warning_low then limits.warning_low
        when judged.value > limits.warning_high then limits.warning_high
    end as limit_value
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
    published_name, period_grain, period_start, dimension_name, dimension_value, variant,
    value, unit, currency, numerator, denominator, base_count, null_reason, null as missing_input,
    lower_bound, upper_bound, previous_value, same_period_last_year_value, change_type,
    target_value, limit_status, limit_value, benchmark_value, $as_of::date, definition_version, $run_id
from metric_compared
union all
select
    definitions.published_name, scopes.period_grain, date_trunc(scopes.period_grain, $as_of::date)::date,
    'total', 'total', definitions.variant,
    null, definitions.unit, definitions.currency, null, null, null, 'missing_source', definitions.missing_input,
    null, null, null, null, definitions.change_type, null, 'none', null, null, $as_of::date,
    definitions.definition_version, $run_id
from metric_batch as batch
inner join metric_definitions as definitions
    on batch.metric_name = definitions.metric_name
inner join metric_scopes as scopes
    on definitions.metric_name = scopes.metric_name
where definitions.missing_input is not null and scopes.dimension_name = 'total'
order by published_name, variant, period_grain, dimension_name, dimension_value, period_start
"""
