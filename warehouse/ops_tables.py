"""Writes schema ops of the working file: loads, alerts, tasks and published versions, for readers.

They are copies; the originals are the change log's manifest and the operational store.
"""

import json
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from warehouse.column_types import ExactDecimal, UtcTime
from warehouse.raw_manifest import LoadRecord, read_manifest
from warehouse.settings import Settings
from warehouse.tables import published_versions
from warehouse.tables_alerts import alerts, deliveries, tasks
from warehouse.yaml_files import read_yaml

TABLE_COMMENTS = {
    "loads": "One row per load of one entity from one source system: what was read and what came of it",
    "alerts": "One row per alert: one cause and one owner, from opening to closing",
    "tasks": "One row per task: what an owner has to do about an alert, and by when",
    "published_versions": "One row per published version, this one included",
    "published_tables": "One row per published table: how many rows it has and which run built it",
}
_COLUMNS = Path(__file__).with_name("ops_columns.yml")
_ARROW = {str: pa.string(), int: pa.int64(), int | None: pa.int64()}
# Copies of the operational store's tables, with the columns that only the copy has.
_STORED: dict[str, tuple[sa.Table, tuple[tuple[str, pa.DataType], ...]]] = {
    "published_versions": (published_versions, (("is_this_version", pa.bool_()),)),
    "alerts": (alerts, (("channels", pa.string()),)),
    "tasks": (tasks, ()),
}
PUBLISHED_TABLES = pa.schema(
    [
        ("schema_name", pa.string()),
        ("table_name", pa.string()),
        ("row_count", pa.int64()),
        ("built_run_id", pa.string()),
        ("built_at", pa.timestamp("us")),
        ("is_kept", pa.bool_()),
    ]
)


def write(connection: duckdb.DuckDBPyConnection, store: sa.Engine, settings: Settings, version: dict[str, Any]) -> None:
    """Replaces the tables. ``version`` is the row of the version that is being published."""
    connection.execute("create schema if not exists ops")
    _replace(connection, "loads", _load_table(read_manifest(settings).loads))
    with store.connect() as reading:
        versions = [dict(row) for row in reading.execute(sa.select(published_versions)).mappings()]
        alert_rows = [dict(row) for row in reading.execute(sa.select(alerts).order_by(alerts.c.alert_id)).mappings()]
        task_rows = [dict(row) for row in reading.execute(sa.select(tasks).order_by(tasks.c.task_id)).mappings()]
        channels = _channels(reading)
    versions = [row for row in versions if row["version_id"] != version["version_id"]]
    versions = [{**row, "is_this_version": False} for row in versions] + [{**version, "is_this_version": True}]
    for row in alert_rows:
        row["channels"] = channels.get(row["alert_id"])
    _copy(connection, "published_versions", versions)
    _copy(connection, "alerts", alert_rows)
    _copy(connection, "tasks", task_rows)


def write_published_tables(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    """Replaces ops.published_tables."""
    connection.execute("create schema if not exists ops")
    _replace(connection, "published_tables", pa.Table.from_pylist(rows, schema=PUBLISHED_TABLES))


def described() -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    """Table to its grain and its (column, type, meaning), for the page of published tables."""
    found = {"loads": _fields_of_loads(), "published_tables": [(f.name, f.type) for f in PUBLISHED_TABLES]}
    found |= {name: _fields_of(name) for name in _STORED}
    return {
        name: (TABLE_COMMENTS[name], [(column, str(kind), _meanings(name).get(column, "")) for column, kind in fields])
        for name, fields in sorted(found.items())
    }


def _channels(reading: sa.Connection) -> dict[int, str]:
    """Alert id -> channels of the newest run that queued messages for it."""
    newest: dict[int, tuple[str, set[str]]] = {}
    for row in reading.execute(sa.select(deliveries).order_by(deliveries.c.delivery_id)).mappings():
        run_id, names = newest.get(row["alert_id"], ("", set()))
        names = names if run_id == row["queued_run_id"] else set()
        newest[row["alert_id"]] = (row["queued_run_id"], names | {row["channel"]})
    return {alert_id: ", ".join(sorted(names)) for alert_id, (_, names) in newest.items()}


def _fields_of_loads() -> list[tuple[str, pa.DataType]]:
    return [
        (name, pa.timestamp("us") if name.endswith("_at") else _ARROW.get(field.annotation, pa.string()))
        for name, field in LoadRecord.model_fields.items()
    ]


def _load_table(loads: Iterable[LoadRecord]) -> pa.Table:
    rows = [{**load.model_dump(), **_as_json(load)} for load in loads]
    for row in rows:
        for name in ("started_at", "finished_at", "loaded_at"):
            row[name] = row[name].replace(tzinfo=None) if row[name].tzinfo is None else _utc(row[name])
    return pa.Table.from_pylist(rows, schema=pa.schema(_fields_of_loads()))


def _as_json(load: LoadRecord) -> dict[str, str]:
    lists = load.model_dump(mode="json", include={"findings", "control_sums"})
    return {name: json.dumps(value, ensure_ascii=False) for name, value in lists.items()}


def _utc(moment: Any) -> Any:
    return UtcTime().process_bind_param(moment, None)


def _fields_of(name: str) -> list[tuple[str, pa.DataType]]:
    table, more = _STORED[name]
    return [(column.name, _arrow_type(column.type)) for column in table.columns] + list(more)


def _copy(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]]) -> None:
    _replace(connection, name, pa.Table.from_pylist(rows, schema=pa.schema(_fields_of(name))))


@cache
def _meanings(name: str) -> dict[str, str]:
    """What the columns mean: the operational store's own words, and those of ops_columns.yml for the rest."""
    own = {column.name: column.comment for column in _STORED[name][0].columns} if name in _STORED else {}
    return {column: text for column, text in own.items() if text} | read_yaml(_COLUMNS)[name]


def _arrow_type(kind: Any) -> pa.DataType:
    if isinstance(kind, ExactDecimal):
        return pa.decimal128(kind.precision, kind.scale)
    if isinstance(kind, UtcTime):
        return pa.timestamp("us")
    by_python = {bool: pa.bool_(), int: pa.int64(), str: pa.string(), Decimal: pa.decimal128(18, 2)}
    return by_python.get(kind.python_type, pa.date32())


def _replace(connection: duckdb.DuckDBPyConnection, name: str, data: pa.Table) -> None:
    connection.register("ops_rows", data)
    connection.execute(f"create or replace table ops.{name} as select * from ops_rows")
    connection.unregister("ops_rows")
    connection.execute(f"comment on table ops.{name} is '{_quoted(TABLE_COMMENTS[name])}'")
    for column, comment in _meanings(name).items():
        connection.execute(f"comment on column ops.{name}.\"{column}\" is '{_quoted(comment)}'")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
