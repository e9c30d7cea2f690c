"""The totals of metrics over time, up to the period that is shown as their current one."""

import duckdb

from metrics.chart import Point, spark
from metrics.current import NEWEST
from warehouse.formats import figure, period

PERIODS = 24


def histories(connection: duckdb.DuckDBPyConnection, language: str = "en", only: str = "") -> dict[str, list[Point]]:
    """Metric to its newest PERIODS periods, oldest first, by the grain of its newest value; ``only`` names one."""
    rows = connection.execute(
        f"""
        select newest.metric_name, found.period_grain, found.period_start, found.value, found.unit, found.currency
        from ({NEWEST}) as newest
        inner join metrics.metric_catalogue as catalogue on catalogue.metric_name = newest.metric_name
        inner join metrics.metric_values as found
            on found.metric_name = coalesce(catalogue.variant_of, catalogue.metric_name)
            and found.variant = coalesce(catalogue.variant, 'default')
            and found.period_grain = newest.period_grain
            and found.dimension_name = 'total'
            and found.period_start <= newest.period_start
        where $only in ('', newest.metric_name)
        qualify row_number() over (partition by newest.metric_name order by found.period_start desc) <= $periods
        order by newest.metric_name, found.period_start
        """,
        {"periods": PERIODS, "only": only},
    ).fetchall()
    found: dict[str, list[Point]] = {}
    for name, grain, start, value, unit, currency in rows:
        point = Point(
            period(grain, start), None if value is None else float(value), figure(value, unit, currency, language)
        )
        found.setdefault(name, []).append(point)
    return found


def history(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    """A metric's chart of blocks with first and last period, lowest and highest figure; '' where there is none."""
    points = histories(connection, only=name).get(name, [])
    known = [point for point in points if point.value is not None]
    return {
        "chart": spark(points),
        "from": points[0].label if points else "",
        "to": points[-1].label if points else "",
        "lowest": min(known, key=lambda point: point.value).text if known else "",
        "highest": max(known, key=lambda point: point.value).text if known else "",
    }
