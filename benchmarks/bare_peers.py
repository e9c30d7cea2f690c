"""The bare way of reading the same rows from each kind of database, to measure ingestion against.

PostgreSQL: COPY as CSV, parsed by Arrow with the table's own types, into a Parquet file. SQLite: the standard
library's cursor, its rows thrown away.
"""

import sqlite3
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from sqlalchemy.engine import make_url

from benchmarks.large_table import COLUMNS, TABLE

BATCH_ROWS = 50_000
_ARROW = {"date": pa.date32(), "timestamp": pa.timestamp("us")}


def arrow_type(kind: str) -> pa.DataType:
    if kind.startswith("numeric"):
        precision, scale = kind[len("numeric(") : -1].split(",")
        return pa.decimal128(int(precision), int(scale))
    return _ARROW.get(kind, pa.string())


def read_postgresql(url: str, target: Path) -> int:
    import psycopg

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    types = {name: arrow_type(kind) for name, kind in COLUMNS}
    rows = 0
    copying = f"copy {TABLE} to stdout (format csv)"
    with psycopg.connect(address) as connection, connection.cursor().copy(copying) as copy:
        stream = pa.PythonFile(_Forward(copy), mode="r")
        reader = pa_csv.open_csv(
            stream,
            read_options=pa_csv.ReadOptions(column_names=list(types), block_size=8 << 20),
            convert_options=pa_csv.ConvertOptions(
                column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
            ),
        )
        with pq.ParquetWriter(target, reader.schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch)
                rows += batch.num_rows
    return rows


class _Forward:
    """A COPY as a file that only needs to be read forwards."""

    closed = False

    def __init__(self, copy) -> None:
        self._blocks, self._rest = iter(copy), b""

    def read(self, size: int) -> bytes:
        parts, have = [self._rest], len(self._rest)
        while have < size and (block := next(self._blocks, None)) is not None:
            parts.append(bytes(block))
            have += len(block)
        whole = b"".join(parts)
        self._rest = whole[size:]
        return whole[:size]

    def close(self) -> None:
        self.closed = True


def read_sqlite(url: str, target: Path) -> int:
    connection = sqlite3.connect(f"file:{make_url(url).database}?mode=ro", uri=True)
    cursor = connection.execute(f"select * from {TABLE}")
    rows = 0
    while batch := cursor.fetchmany(BATCH_ROWS):
        rows += len(batch)
    return rows


READERS = {"postgresql": read_postgresql, "sqlite": read_sqlite}

if __name__ == "__main__":
    print(READERS[make_url(sys.argv[1]).get_backend_name()](sys.argv[1], Path(sys.argv[2])))
