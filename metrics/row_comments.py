"""What the columns of schema metric_rows mean: one line per name for all tables, or per table where a name differs."""

from functools import cache
from pathlib import Path

import duckdb

from warehouse.errors import CmwError
from warehouse.publish_rules import ROWS_SCHEMA
from warehouse.yaml_files import read_yaml

FOLDER = Path(__file__).with_name("row_columns")
TABLES = Path(__file__).with_name("row_tables.yml")


@cache
def meanings() -> dict[str, str]:
    """Column, or table.column, to its meaning. Raises CmwError where two files say one."""
    found: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.yml")):
        said = read_yaml(file)
        if twice := sorted(said.keys() & found):
            raise CmwError(
                f"{file}: {twice[0]} has a meaning in another file too", f"Keep one, or write table.{twice[0]}"
            )
        found |= said
    return found


def meaning(table: str, column: str) -> str | None:
    return meanings().get(f"{table}.{column}", meanings().get(column))


def comment(connection: duckdb.DuckDBPyConnection) -> None:
    """Puts the meanings on the columns that have none; what a model says itself stays."""
    bare = connection.execute(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name = ? and database_name = current_database() and coalesce(comment, '') = ''",
        [ROWS_SCHEMA],
    ).fetchall()
    for table, column in bare:
        text = meaning(table, column)
        if text:
            quoted = text.replace("'", "''")
            connection.execute(f"comment on column {ROWS_SCHEMA}.{table}.\"{column}\" is '{quoted}'")


def described(manifest: dict) -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    """Table to its grain and its (column, type, meaning), for the page of published tables; types are not declared."""
    models = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    return {
        table: (models[table]["description"], [(column, "", _said(models[table], column)) for column in columns])
        for table, columns in read_yaml(TABLES).items()
    }


def _said(model: dict, column: str) -> str:
    own = model["columns"].get(column, {}).get("description")
    return own or meaning(model["name"], column) or ""
