"""Reading the warehouse's tables as rows by name."""

from typing import Any

import duckdb


def has_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    query = "select 1 from information_schema.tables where table_schema = $1 and table_name = $2"
    return connection.execute(query, [schema, table]).fetchone() is not None


def rows(connection: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
    result = connection.execute(query, values or [])
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
