"""Closing a period: its values are kept as reported, whatever is learned later."""

from datetime import date, datetime
from typing import Any

import duckdb
import sqlalchemy as sa

from warehouse.operational_store import writing
from warehouse.tables import as_reported_values

_BATCH = 5_000

# A month may be closed from the closing business day of the month after it.
_CLOSABLE = """
with working_days as (
    select month_start, date_day, row_number() over (partition by month_start order by date_day) as place
    from core.dim_dates
    where is_working_day
)

select distinct metric_values.period_start
from metrics.metric_values
inner join working_days
    on working_days.month_start = cast(metric_values.period_start + interval 1 month as date)
    and working_days.place = $closing_day
where metric_values.period_grain = 'month' and working_days.date_day <= $as_of
order by 1
"""
_VALUES = """
select
    metric_name, period_grain, period_start, dimension_name, dimension_value, variant,
    cast(definition_version as varchar) as definition_version, value, numerator, denominator
from metrics.metric_values
where period_grain = 'month' and period_start = $period_start
"""


def close_months(
    connection: duckdb.DuckDBPyConnection,
    store: sa.Engine,
    *,
    as_of: date,
    closing_day: int,
    moment: datetime,
    run_id: str,
) -> list[date]:
    """Keeps the values of every month that can be closed and is not; returns those months.

    Args:
        closing_day: the business day of the following month on which a month is closed.
        moment: the company's load time, UTC.
    """
    closable = connection.execute(_CLOSABLE, {"closing_day": closing_day, "as_of": as_of}).fetchall()
    with store.connect() as reading:
        closed = set(reading.execute(sa.select(as_reported_values.c.period_start).distinct()).scalars())
    months = [month for (month,) in closable if month not in closed]
    for month in months:
        _keep(store, _rows(connection, month), moment, run_id)
    return months


def _rows(connection: duckdb.DuckDBPyConnection, month: date) -> list[dict[str, Any]]:
    cursor = connection.execute(_VALUES, {"period_start": month})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _keep(store: sa.Engine, rows: list[dict[str, Any]], moment: datetime, run_id: str) -> None:
    stamped = [{**row, "closed_at": moment, "run_id": run_id} for row in rows]
    with writing(store) as connection:
        for start in range(0, len(stamped), _BATCH):
            connection.execute(sa.insert(as_reported_values), stamped[start : start + _BATCH])
