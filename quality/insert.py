"""Makes a table anew, and puts rows made in Python into it in one statement: one by one costs a millisecond each."""

from collections.abc import Mapping

import duckdb
import pyarrow as pa


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict]) -> None:
    """Inserts by column name; columns that the rows do not name stay null."""
    if not rows:
        return
    connection.register("rows_to_insert", pa.Table.from_pylist(rows))
    try:
        columns = ", ".join(rows[0])
        connection.execute(f"insert into {table} ({columns}) select {columns} from rows_to_insert")
    finally:
        connection.unregister("rows_to_insert")


def create_table(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> None:
    """Empty, in the place of what it was. ``columns``: name to type."""
    written = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    connection.execute(f"create or replace table {table} ({written})")
