"""Writes schema ops of the working file: loads, alerts, tasks and published versions, for readers.

They are copies; the originals are the change log's manifest and the operational store.
"""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from warehouse.column_types import ExactDecimal, UtcTime
from warehouse.raw_manifest import LoadRecord, read_manifest
from warehouse.settings import Settings
from warehouse.tables import published_versions
from warehouse.tables_alerts import alerts, deliveries, tasks

TABLE_COMMENTS = {
    "loads": "One row per load of one entity from one source system: what was read and what came of it",
    "alerts": "One row per alert: one cause and one owner, from opening to closing",
    "tasks": "One row per task: what an owner has to do about an alert, and by when",
    "published_versions": "One row per published version, this one included",
    "published_tables": "One row per published table: how many rows it has and which run built it",
}
_LOAD_COMMENTS = {
    "load_seq": "order of loads; greater is later",
    "rows_read": "rows that the source offered and that could be read",
    "source_rows": "rows that the source itself counts, in the snapshot that was read; null where it cannot",
    "control_sums": "JSON: per money column the sum in the source, the sum that arrived, and values rejected",
    "new_versions": "rows that were new or changed",
    "unchanged": "rows equal to the newest version known",
    "rejected_rows": "rows held back because a value could not be read",
    "rejected_lines": "lines of a file that are no row at all",
    "deletes": "keys no longer in the source",
    "findings": "JSON list of remarks, such as columns that appeared or disappeared",
}
_ARROW = {str: pa.string(), int: pa.int64(), int | None: pa.int64()}


def write(connection: duckdb.DuckDBPyConnection, store: sa.Engine, settings: Settings, version: dict[str, Any]) -> None:
    """Replaces the tables. ``version`` is the row of the version that is being published."""
    connection.execute("create schema if not exists ops")
    _replace(connection, "loads", _load_table(read_manifest(settings).loads), _LOAD_COMMENTS)
    with store.connect() as reading:
        versions = [dict(row) for row in reading.execute(sa.select(published_versions)).mappings()]
        alert_rows = [dict(row) for row in reading.execute(sa.select(alerts).order_by(alerts.c.alert_id)).mappings()]
        task_rows = [dict(row) for row in reading.execute(sa.select(tasks).order_by(tasks.c.task_id)).mappings()]
        channels = _channels(reading)
    versions = [row for row in versions if row["version_id"] != version["version_id"]]
    versions = [{**row, "is_this_version": False} for row in versions] + [{**version, "is_this_version": True}]
    this = {"is_this_version": (pa.bool_(), "true on the row of the version that you are reading")}
    told = {"channels": (pa.string(), "where its newest message goes, comma-separated; null: none was due")}
    for row in alert_rows:
        row["channels"] = channels.get(row["alert_id"])
    _copy(connection, "published_versions", published_versions, versions, this)
    _copy(connection, "alerts", alerts, alert_rows, told)
    _copy(connection, "tasks", tasks, task_rows, {})


def write_published_tables(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    """Replaces ops.published_tables."""
    schema = pa.schema(
        [
            ("schema_name", pa.string()),
            ("table_name", pa.string()),
            ("row_count", pa.int64()),
            ("built_run_id", pa.string()),
            ("built_at", pa.timestamp("us")),
            ("is_kept", pa.bool_()),
        ]
    )
    comments = {
        "built_run_id": "the run that computed the rows",
        "built_at": "when that run published them first, UTC",
        "is_kept": "true: the newest run could not compute it, so these are the last good rows",
    }
    connection.execute("create schema if not exists ops")
    _replace(connection, "published_tables", pa.Table.from_pylist(rows, schema=schema), comments)


def _channels(reading: sa.Connection) -> dict[int, str]:
    """Alert id -> channels of the newest run that queued messages for it."""
    newest: dict[int, tuple[str, set[str]]] = {}
    for row in reading.execute(sa.select(deliveries).order_by(deliveries.c.delivery_id)).mappings():
        run_id, names = newest.get(row["alert_id"], ("", set()))
        names = names if run_id == row["queued_run_id"] else set()
        newest[row["alert_id"]] = (row["queued_run_id"], names | {row["channel"]})
    return {alert_id: ", ".join(sorted(names)) for alert_id, (_, names) in newest.items()}


def _load_table(loads: Iterable[LoadRecord]) -> pa.Table:
    fields = []
    for name, field in LoadRecord.model_fields.items():
        kind = _ARROW.get(field.annotation, pa.string())
        fields.append((name, pa.timestamp("us") if name.endswith("_at") else kind))
    rows = [{**load.model_dump(), **_as_json(load)} for load in loads]
    for row in rows:
        for name in ("started_at", "finished_at", "loaded_at"):
            row[name] = row[name].replace(tzinfo=None) if row[name].tzinfo is None else _utc(row[name])
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def _as_json(load: LoadRecord) -> dict[str, str]:
    lists = load.model_dump(mode="json", include={"findings", "control_sums"})
    return {name: json.dumps(value, ensure_ascii=False) for name, value in lists.items()}


def _utc(moment: Any) -> Any:
    return UtcTime().process_bind_param(moment, None)


def _copy(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    table: sa.Table,
    rows: list[dict[str, Any]],
    more: dict[str, tuple[pa.DataType, str]],
) -> None:
    fields = [(column.name, _arrow_type(column.type)) for column in table.columns]
    comments = {column.name: column.comment for column in table.columns if column.comment}
    fields += [(column, kind) for column, (kind, _) in more.items()]
    comments |= {column: comment for column, (_, comment) in more.items()}
    _replace(connection, name, pa.Table.from_pylist(rows, schema=pa.schema(fields)), comments)


def _arrow_type(kind: Any) -> pa.DataType:
    if isinstance(kind, ExactDecimal):
        return pa.decimal128(kind.precision, kind.scale)
    if isinstance(kind, UtcTime):
        return pa.timestamp("us")
    by_python = {bool: pa.bool_(), int: pa.int64(), str: pa.string(), Decimal: pa.decimal128(18, 2)}
    return by_python.get(kind.python_type, pa.date32())


def _replace(connection: duckdb.DuckDBPyConnection, name: str, data: pa.Table, comments: dict[str, str]) -> None:
    connection.register("ops_rows", data)
    connection.execute(f"create or replace table ops.{name} as select * from ops_rows")
    connection.unregister("ops_rows")
    connection.execute(f"comment on table ops.{name} is '{_quoted(TABLE_COMMENTS[name])}'")
    for column, comment in comments.items():
        connection.execute(f"comment on column ops.{name}.\"{column}\" is '{_quoted(comment)}'")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
