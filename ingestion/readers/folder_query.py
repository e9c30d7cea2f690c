"""A DuckDB query over the files of a folder."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.raw_text import quoted
from ingestion.readers.database import BATCH_ROWS
from ingestion.readers.raw_arrow import with_place


def _connection(folder: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"set file_search_path = {quoted(str(folder))}")
    return connection


def query_types(folder: Path, query: str) -> dict[str, str]:
    """The query's columns and their types."""
    with _connection(folder) as connection:
        return {row[0]: row[1] for row in connection.execute(f"describe {query}").fetchall()}


def query_batches(folder: Path, query: str, names: list[str]) -> Iterator[pa.Table]:
    """The query's rows, of the named columns."""
    columns = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    position = 0
    with _connection(folder) as connection:
        result = connection.execute(f"select {columns} from ({query.strip().rstrip(';')}) as q")
        for record_batch in result.to_arrow_reader(BATCH_ROWS):
            table = pa.Table.from_batches([record_batch]).rename_columns([f"s{n}" for n in range(len(names))])
            yield with_place(table, position, "query")
            position += table.num_rows
