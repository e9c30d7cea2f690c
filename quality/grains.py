"""Whether the columns that name a row of a table do name one."""

from collections.abc import Sequence

import duckdb

from quality.conditions import name


def unnamed_groups(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> int:
    """How many combinations of ``columns`` occur twice in 'schema.table' or have a null in it.

    dbt's test unique_grain counts the same; as a node of dbt it costs twenty times as much (decision 0023).
    """
    names = [name(column) for column in columns]
    has_null = " or ".join(f"{column} is null" for column in names)
    grouped = ", ".join(names)
    query = f"select count(*) from (select 1 from {table} group by {grouped} having count(*) > 1 or {has_null})"
    return connection.execute(query).fetchone()[0]
