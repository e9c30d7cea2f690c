"""What tables a database holds, with their columns and comments, read in two queries."""

import duckdb

from warehouse.publish_rules import is_published_table

# (schema, table) -> its comment, and (name, type, comment) of its columns.
Catalogue = dict[tuple[str, str], tuple[str | None, list[tuple[str, str, str | None]]]]


def published_tables(connection: duckdb.DuckDBPyConnection, database: str | None = None) -> list[tuple[str, str]]:
    """(schema, table) of the tables that belong to the published database, in order. Views never do."""
    rows = connection.execute(
        """
        select schema_name, table_name
        from duckdb_tables()
        where database_name = coalesce($1, current_database()) and not internal and not temporary
        order by schema_name, table_name
        """,
        [database],
    ).fetchall()
    return [(schema, table) for schema, table in rows if is_published_table(schema, table)]


def read_catalogue(connection: duckdb.DuckDBPyConnection, database: str) -> Catalogue:
    """Every base table of the database."""
    found: Catalogue = {}
    tables = "select schema_name, table_name, comment from duckdb_tables() where database_name = $1"
    for schema, table, comment in connection.execute(tables, [database]).fetchall():
        found[schema, table] = (comment, [])
    columns = """
        select schema_name, table_name, column_name, data_type, comment
        from duckdb_columns()
        where database_name = $1
        order by schema_name, table_name, column_index
    """
    for schema, table, *column in connection.execute(columns, [database]).fetchall():
        if (schema, table) in found:
            found[schema, table][1].append(tuple(column))
    return found
