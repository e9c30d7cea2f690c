"""Why a metric of the catalogue has no value at all: what no source brings, or what has not happened yet."""

import duckdb

from metrics.catalogue import Catalogue

_REASONS = """
update metrics.metric_catalogue as catalogue
set no_value_reason = found.reason
from (
    select
        metrics.metric_name,
        case
            when count(figures.value) > 0 then null
            when any_value(metrics.missing_input) is not null
                then 'missing_source: ' || any_value(metrics.missing_input)
            else coalesce(max_by(figures.null_reason, figures.period_start), 'no_rows') || ': '
                || any_value(waits.words)
        end as reason
    from metrics.metric_catalogue as metrics
    inner join metric_waits as waits on waits.metric_name = metrics.metric_name
    left join metrics.metric_values as figures
        on figures.metric_name = coalesce(metrics.variant_of, metrics.metric_name)
        and figures.variant = coalesce(metrics.variant, 'default')
        and figures.dimension_name = 'total'
    group by metrics.metric_name
) as found
where found.metric_name = catalogue.metric_name
"""


def explain(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Fills no_value_reason out of metrics.metric_values as it stands; part of the caller's transaction."""
    connection.execute("create or replace temp table metric_waits (metric_name varchar, words varchar)")
    rows = [(name, _words(catalogue, name)) for name in catalogue.metrics]
    connection.executemany("insert into metric_waits values (?, ?)", rows)
    connection.execute(_REASONS)


def _words(catalogue: Catalogue, name: str) -> str:
    """What has to be there first, in the words of the metric that counts it."""
    metric = catalogue.metrics[name]
    if metric.governance.computed_from:
        return "no month is closed yet"
    counted = metric.denominator or metric.base
    what = f"{catalogue.metrics[counted].label} (metric {counted})" if counted else f"rows of {metric.model or name}"
    return f"there are no or too few {what} yet"
