"""Closing a period: its values are kept as reported, whatever is learned later."""

from collections import Counter
from datetime import date, datetime
from typing import Any

import duckdb
import sqlalchemy as sa

from warehouse.operational_store import writing
from warehouse.tables import as_reported_values

_BATCH = 5_000
# Days are not closed: they are there to be looked at while they are new.
GRAINS = ("week", "month", "quarter", "year")

# A period may be closed from the closing business day after its end; a fiscal quarter or year like any other. What was
# computed before that day has not seen the whole of it.
_CLOSABLE = """
with periods as (
    select distinct
        period_grain,
        period_start,
        cast(period_start + case period_grain
            when 'week' then interval 7 days
            when 'month' then interval 1 month
            when 'quarter' then interval 3 months
            else interval 1 year
        end as date) as period_end
    from metrics.metric_values
    where period_grain in ('week', 'month', 'quarter', 'year')
)
select periods.period_grain, periods.period_start
from periods
inner join core.dim_dates as days
    on days.date_day >= periods.period_end and days.is_working_day
    and days.date_day <= least($as_of::date, (select max(as_of) from metrics.metric_values))
group by all
having count(*) >= $closing_day
order by periods.period_start, periods.period_grain
"""
# Of weeks the totals are kept, so that the store grows by months and not by weeks.
KEPT = "(found.period_grain <> 'week' or found.dimension_name = 'total')"
# A figure without a value was not reported, unless it is a sum, whose absence would be nothing.
_VALUES = f"""
select
    found.metric_name, found.period_grain, found.period_start, found.dimension_name, found.dimension_value,
    found.variant,
    concat_ws(
        '/',
        found.definition_version,
        coalesce(catalogue.sql_fingerprint, ''),
        coalesce(catalogue.settings_fingerprint, '')
    ) as definition_version,
    found.value, found.numerator, found.denominator
from metrics.metric_values as found
inner join metrics.metric_catalogue as catalogue
    on found.metric_name = coalesce(catalogue.variant_of, catalogue.metric_name)
    and coalesce(catalogue.variant, 'default') = if(found.variant = 'fiscal', 'default', found.variant)
where found.period_grain = $period_grain and found.period_start = $period_start
    and (found.value is not null or catalogue.additivity in ('additive', 'semi_additive'))
    and {KEPT}
"""


def close_periods(
    connection: duckdb.DuckDBPyConnection,
    store: sa.Engine,
    *,
    as_of: date,
    closing_day: int,
    moment: datetime,
    run_id: str,
) -> list[tuple[str, date]]:
    """Keeps the values of every week, month, quarter and year that can be closed and is not; returns (grain, start).

    Args:
        closing_day: the business day after the end of a period on which it is closed.
        moment: the company's load time, UTC.
    """
    closable = connection.execute(_CLOSABLE, {"closing_day": closing_day, "as_of": as_of}).fetchall()
    columns = as_reported_values.c
    with store.connect() as reading:
        query = sa.select(columns.period_grain, columns.period_start).distinct()
        closed = {(grain, start) for grain, start in reading.execute(query)}
    found = [(grain, start) for grain, start in closable if (grain, start) not in closed]
    for grain, start in found:
        _keep(store, _rows(connection, grain, start), moment, run_id)
    return found


def summary(periods: list[tuple[str, date]]) -> str:
    """2 months, 9 weeks; '' for none."""
    counted = Counter(grain for grain, _ in periods)
    return ", ".join(
        f"{counted[grain]} {grain}{'s' if counted[grain] > 1 else ''}" for grain in GRAINS if counted[grain]
    )


def _rows(connection: duckdb.DuckDBPyConnection, grain: str, start: date) -> list[dict[str, Any]]:
    cursor = connection.execute(_VALUES, {"period_grain": grain, "period_start": start})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _keep(store: sa.Engine, rows: list[dict[str, Any]], moment: datetime, run_id: str) -> None:
    stamped = [{**row, "closed_at": moment, "run_id": run_id} for row in rows]
    with writing(store) as connection:
        for start in range(0, len(stamped), _BATCH):
            connection.execute(sa.insert(as_reported_values), stamped[start : start + _BATCH])
