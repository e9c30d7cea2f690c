"""PostgreSQL through COPY: the server writes each value as its own exact text, and Arrow parses it in bulk."""

import io
from collections.abc import Iterator
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg.pq import TransactionStatus

from ingestion.readers.database import DatabaseReader
from ingestion.readers.raw_arrow import with_place
from ingestion.readers.text_columns import INSTANT, LOCAL, table_of
from ingestion.sources import EntityMapping

BLOCK_BYTES = 8 << 20
# Object identifiers of types that Arrow reads from their text; every other type stays text.
_KINDS: dict[int, pa.DataType] = {
    16: pa.bool_(),
    17: pa.binary(),
    20: pa.int64(),
    21: pa.int64(),
    23: pa.int64(),
    700: pa.float64(),
    701: pa.float64(),
    1082: pa.date32(),
    1114: LOCAL,
    1184: INSTANT,
}


class _CopyStream(io.RawIOBase):
    """The bytes of a COPY as a file that pyarrow reads."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._blocks, self._rest = iter(copy), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class PostgresReader(DatabaseReader):
    """Reads by COPY inside one repeatable-read, read-only transaction."""

    def batches(self, mapping: EntityMapping, names: list[str], low: Any = None) -> Iterator[pa.Table]:
        statement = self._statement(mapping, names, low)
        compiled = statement.compile(dialect=self._engine.dialect)
        raw: psycopg.Connection = self._connection.connection.dbapi_connection
        sql = psycopg.ClientCursor(raw).mogrify(str(compiled), compiled.params)
        try:
            with raw.cursor() as cursor:
                described = cursor.execute(f"select * from ({sql}) as q limit 0").description
                kinds = [_KINDS.get(column.type_code) for column in described]
                with cursor.copy(f"copy ({sql}) to stdout (format csv)") as copy:
                    yield from _tables(copy, kinds, self.origin(mapping))
        finally:
            if raw.info.transaction_status == TransactionStatus.INERROR:
                raw.rollback()


def _tables(copy: psycopg.Copy, kinds: list[pa.DataType | None], origin: str) -> Iterator[pa.Table]:
    names = [f"s{number}" for number in range(len(kinds))]
    stream = io.BufferedReader(_CopyStream(copy), BLOCK_BYTES)
    if not stream.peek(1):
        return
    reader = pa_csv.open_csv(
        pa.PythonFile(stream, mode="r"),
        read_options=pa_csv.ReadOptions(column_names=names, block_size=BLOCK_BYTES, use_threads=False),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    position = 0
    for batch in reader:
        table = table_of(batch.columns, kinds)
        yield with_place(table, position, origin)
        position += table.num_rows
