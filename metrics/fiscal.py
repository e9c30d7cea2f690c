"""Quarters and years of the company's fiscal calendar, out of months: variant 'fiscal' of metric_values.

Only what months make up: sums, balances of the last month, and ratios whose parts are sums. A retention is not made of
monthly flags, and a median not of medians: those have no fiscal period where it is none of the calendar.
"""

from collections.abc import Iterable
from datetime import date

import duckdb

from metrics.definition import MetricDefinition
from metrics.explained_period import ExplainedPeriod
from warehouse.errors import CmwError

_WRITE = """
insert into metrics.metric_values
with months as (
    select
        judged.* exclude (period_grain, period_start, period_end),
        judged.period_start as month_start,
        scopes.period_grain,
        rules.rule,
        (date_trunc(scopes.period_grain, judged.period_start - to_months($shift)) + to_months($shift))::date
            as period_start
    from metric_judged as judged
    inner join fiscal_rules as rules on rules.metric_name = judged.metric_name
    inner join metric_scopes as scopes
        on scopes.metric_name = judged.metric_name and scopes.dimension_name = judged.dimension_name
        and scopes.period_grain in $grains
    where judged.period_grain = 'month'
),
placed as (
    select
        *,
        -- a member without a row in the last month of the period has no balance at its end
        month_start = max(month_start) over (partition by metric_name, period_grain, period_start) as is_last
    from months
),
summed as (
    select
        metric_name, period_grain, period_start, dimension_name, dimension_value, rule,
        (period_start + case period_grain when 'quarter' then interval 3 months else interval 1 year end)::date
            as period_end,
        case rule
            when 'sum' then sum(value)
            when 'last' then max(value) filter (is_last)
            -- nothing is divided by nothing or less (R11)
            else case when sum(denominator) > 0 then sum(numerator) / sum(denominator) end
        end as figure,
        case when rule = 'ratio' then sum(numerator) end as numerator,
        case when rule = 'ratio' then sum(denominator) end as denominator,
        case when rule = 'ratio' then sum(base_count) end as base_count
    from placed
    group by metric_name, period_grain, period_start, dimension_name, dimension_value, rule
    having rule <> 'last' or count(*) filter (is_last) > 0
),
-- a share is divided by the whole, also by that of months in which the member has no row
divided as (
    select
        summed.* exclude (figure, denominator, base_count),
        if(definitions.is_share_of_total, whole.denominator, summed.denominator) as denominator,
        if(definitions.is_share_of_total, whole.base_count, summed.base_count) as base_count,
        if(
            definitions.is_share_of_total,
            case when whole.denominator > 0 then coalesce(summed.numerator, 0) / whole.denominator end,
            summed.figure
        ) as figure
    from summed
    inner join metric_definitions as definitions on definitions.metric_name = summed.metric_name
    left join summed as whole
        on whole.metric_name = summed.metric_name and whole.period_grain = summed.period_grain
        and whole.period_start = summed.period_start and whole.dimension_name = 'total'
),
reasoned as (
    select
        summed.*,
        definitions.* exclude (metric_name),
        case
            when summed.period_start < definitions.new_from then 'immature'
            when if(definitions.looks_back_at_end, least(summed.period_end, $as_of::date + 1), summed.period_start)
                < definitions.reaches_back_from then 'immature'
            when summed.figure is null then definitions.empty_reason
            when definitions.matures_after_days > 0
                and summed.period_end + definitions.matures_after_days::int > $as_of::date then 'immature'
            when definitions.has_base and summed.rule = 'ratio'
                and summed.base_count < definitions.minimum_base then 'small_base'
        end as null_reason
    from divided as summed
    inner join metric_definitions as definitions on definitions.metric_name = summed.metric_name
    where definitions.window_months is null
        or summed.period_start >= date_trunc('month', $as_of::date) - to_months(definitions.window_months::int)
),
valued as (
    select * exclude (figure), case when null_reason is null then round(figure, 8) end as value from reasoned
)
select
    one.metric_name, one.period_grain, one.period_start, one.dimension_name, one.dimension_value, 'fiscal',
    one.value, one.unit, one.currency, one.numerator, one.denominator, one.base_count, one.null_reason, null,
    null, null, previous.value, last_year.value, one.change_type,
    null, 'none', null, null, $as_of::date, one.definition_version, $run_id
from valued as one
left join valued as previous
    on previous.metric_name = one.metric_name and previous.period_grain = one.period_grain
    and previous.dimension_name = one.dimension_name and previous.dimension_value = one.dimension_value
    and previous.period_start
        = (one.period_start - to_months(case one.period_grain when 'quarter' then 3 else 12 end))::date
left join valued as last_year
    on last_year.metric_name = one.metric_name and last_year.period_grain = one.period_grain
    and last_year.dimension_name = one.dimension_name and last_year.dimension_value = one.dimension_value
    and last_year.period_start = (one.period_start - interval 1 year)::date
order by all
"""


def register(connection: duckdb.DuckDBPyConnection, metrics: dict[str, MetricDefinition]) -> None:
    """Creates fiscal_rules (metric_name, rule): how months make up a longer period, of the metrics where they do."""
    rows = [(metric.name, _rule(metric, metrics)) for metric in metrics.values()]
    connection.execute("create or replace temp table fiscal_rules (metric_name varchar, rule varchar)")
    connection.executemany("insert into fiscal_rules values (?, ?)", [row for row in rows if row[1]] or [("", "")])


def write(connection: duckdb.DuckDBPyConnection, start_month: int, *, as_of: date, run_id: str) -> None:
    """Adds the fiscal periods that are none of the calendar: years unless they begin in January, quarters unless they
    begin with one of the calendar. Reads metric_judged, fiscal_rules and the temporary tables of metrics.rules."""
    grains = [grain for grain, months in (("quarter", 3), ("year", 12)) if (start_month - 1) % months]
    if not grains:
        return
    connection.execute(_WRITE, {"shift": start_month - 1, "grains": grains, "as_of": as_of, "run_id": run_id})


def _rule(metric: MetricDefinition, metrics: dict[str, MetricDefinition]) -> str:
    """How months make up a longer period: sum, last, ratio; '' where they do not."""
    if not metric.model or metric.governance.variant:
        return ""
    if metric.kind == "ratio":
        parts: Iterable[MetricDefinition] = (metrics[name] for name in metric.inputs.values())
        return "ratio" if all(part.governance.additivity == "additive" for part in parts) else ""
    if metric.governance.additivity == "semi_additive":
        return "last" if _is_of_the_end(metric) else ""
    return "sum" if metric.governance.additivity == "additive" else ""


def _is_of_the_end(metric: MetricDefinition) -> bool:
    """Whether a balance is that of a period's end: by its rows or, where its model has rows for each grain, as what the
    catalogue shows. The opening or average balance of a period is not that of its last month."""
    if metric.rows is None:
        return False
    return metric.rows.closing == "max" or bool(metric.rows.grain_column and not metric.governance.supporting)


def fiscal_period(
    connection: duckdb.DuckDBPyConnection, name: str, period: ExplainedPeriod, *, is_balance: bool
) -> ExplainedPeriod:
    """The published fiscal quarter or year that holds the first day of what was written; it is made of months."""
    day = period.named or period.start
    months = {"quarter": 3, "year": 12}.get(period.grain, 0)
    found = connection.execute(
        "select max(period_start), cast(max(period_start) + to_months($months) as date) from metrics.metric_values"
        " where metric_name = $name and variant = 'fiscal' and period_grain = $grain and period_start <= $day",
        {"months": months, "name": name, "grain": period.grain, "day": day},
    ).fetchone()
    if not found or found[0] is None or found[1] <= day:
        raise CmwError(
            f"{name} has no fiscal {period.grain} that holds {day}",
            "Fiscal quarters and years are published where they are none of the calendar, for what months make up",
        )
    return ExplainedPeriod(period.grain, *found, rows_grain="month", closing="max" if is_balance else "")
