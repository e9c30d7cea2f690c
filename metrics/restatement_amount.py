"""Metric 93: what closed figures of money are known to differ by, written once the restatements are known.

Reads metrics.metric_restatements, and the temporary tables of metrics.restatements.
"""

from datetime import date

import duckdb

from metrics.catalogue import Catalogue
from metrics.definition import RESTATEMENTS
from metrics.without_measure import RESTATED

# A month that was closed and is known as it was reported has 0; one that is not closed has none.
_WRITE = """
insert into metrics.metric_values
with restated as (
    select * from metrics.metric_restatements
    where period_grain = 'month' and dimension_name = 'total' and variant = 'default'
        and restatement_value is not null
),
closed as (
    select distinct reported.metric_name, reported.period_start
    from reported_figures as reported
    semi join restated_metrics as metrics
        on metrics.metric_name = reported.metric_name and metrics.variant = 'default'
        and metrics.is_sum and metrics.is_money
    -- what a metric no longer goes back to is not known otherwise
    semi join metrics.metric_values as known
        on known.metric_name = reported.metric_name and known.variant = 'default' and known.dimension_name = 'total'
        and known.period_grain = reported.period_grain and known.period_start = reported.period_start
    where reported.period_grain = 'month' and reported.dimension_name = 'total' and reported.variant = 'default'
        and reported.value is not null
),
lines as (
    select
        closed.metric_name, closed.period_start, 'total' as dimension_name, 'total' as dimension_value,
        coalesce(restated.restatement_value, 0) as value
    from closed
    left join restated on restated.metric_name = closed.metric_name and restated.period_start = closed.period_start
    union all
    select restated.metric_name, restated.period_start, 'cause', restated.cause, restated.restatement_value
    from restated
    semi join closed on closed.metric_name = restated.metric_name and closed.period_start = restated.period_start
    union all
    select $restated, date_trunc('month', $as_of::date)::date, 'total', 'total', null
)
select
    $name, 'month', lines.period_start, lines.dimension_name, lines.dimension_value,
    if(lines.metric_name = $restated, 'default', lines.metric_name), lines.value, 'money', $currency,
    null, null, null, if(lines.value is null, 'immature', null), null, null, null,
    previous.value, last_year.value, 'relative', null, 'none', null, null, $as_of::date, $version, $run_id
from lines
left join lines as previous
    on previous.metric_name = lines.metric_name and previous.dimension_value = lines.dimension_value
    and previous.period_start = (lines.period_start - interval 1 month)::date
left join lines as last_year
    on last_year.metric_name = lines.metric_name and last_year.dimension_value = lines.dimension_value
    and last_year.period_start = (lines.period_start - interval 1 year)::date
where not (lines.value is null and exists (
    select 1 from closed where closed.metric_name = $restated and closed.period_start = lines.period_start
))
order by all
"""


def write(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, *, as_of: date, run_id: str) -> None:
    """Adds the metric's rows to metric_values, unless it has some: those that say which input is missing."""
    for metric in catalogue.metrics.values():
        if metric.kind != RESTATEMENTS:
            continue
        rows = "select count(*) from metrics.metric_values where metric_name = $1"
        if connection.execute(rows, [metric.name]).fetchone() != (0,):
            continue
        (currency,) = connection.execute(
            "select max(currency) from metrics.metric_values where unit = 'money'"
        ).fetchone()
        connection.execute(
            _WRITE,
            {
                "name": metric.name,
                "restated": RESTATED,
                "currency": currency,
                "version": metric.governance.version,
                "as_of": as_of,
                "run_id": run_id,
            },
        )
