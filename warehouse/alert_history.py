"""Files through which dbt learns what became of alerts and tasks: the metrics of the alert loop are made of them.

Alerts are decided after the marts are built, so a run's metrics speak of the alerts of the runs before it.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from warehouse.operational_store import open_store
from warehouse.settings import Settings
from warehouse.tables_alerts import alerts, tasks

TIME = pa.timestamp("us")
ALERTS = pa.schema(
    [
        ("alert_id", pa.string()),
        ("rule", pa.string()),
        ("owner_id", pa.string()),
        ("severity", pa.string()),
        ("due_date", pa.date32()),
        ("opened_at", TIME),
        ("acknowledged_at", TIME),
        ("acknowledged_by", pa.string()),
        ("closed_at", TIME),
        ("closed_by", pa.string()),
        ("result", pa.string()),
    ]
)
TASKS = pa.schema(
    [
        ("task_id", pa.string()),
        ("alert_id", pa.string()),
        ("owner_id", pa.string()),
        ("customer_key", pa.string()),
        ("created_at", TIME),
        ("closed_at", TIME),
        ("closed_by", pa.string()),
        ("result", pa.string()),
    ]
)


def alerts_path(settings: Settings) -> Path:
    return settings.home / "alert_history.parquet"


def tasks_path(settings: Settings) -> Path:
    return settings.home / "task_history.parquet"


def ensure(settings: Settings) -> None:
    """Files without rows where there are none yet: a first run has no alerts behind it."""
    for path, schema in ((alerts_path(settings), ALERTS), (tasks_path(settings), TASKS)):
        if not path.exists():
            _replace(path, schema.empty_table())


def write(settings: Settings) -> None:
    """Copies alerts and tasks out of the operational store. Times are UTC without zone."""
    store = open_store(settings)
    try:
        with store.connect() as reading:
            _replace(alerts_path(settings), _table(reading, alerts, ALERTS, alerts.c.alert_id))
            _replace(tasks_path(settings), _table(reading, tasks, TASKS, tasks.c.task_id))
    finally:
        store.dispose()


def _table(reading: sa.Connection, table: sa.Table, schema: pa.Schema, order: sa.Column) -> pa.Table:
    query = sa.select(*(table.c[name] for name in schema.names)).order_by(order)
    rows = [dict(row) for row in reading.execute(query).mappings()]
    return pa.Table.from_pylist([{name: _plain(value, name) for name, value in row.items()} for row in rows], schema)


def _plain(value: Any, name: str) -> Any:
    if value is None:
        return None
    if name.endswith("_at"):
        return value.replace(tzinfo=None)
    return str(value) if name in ("alert_id", "task_id") else value


def _replace(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    pq.write_table(table, temporary)
    temporary.replace(path)
