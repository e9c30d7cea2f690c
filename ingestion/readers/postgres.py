"""PostgreSQL through COPY: the server writes each value as its own exact text, and Arrow parses it in bulk."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import sqlalchemy as sa
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn

from ingestion.column_plan import used_as_text
from ingestion.entities import DECIMALS
from ingestion.readers.database import DatabaseReader
from ingestion.readers.raw_arrow import with_place
from ingestion.readers.text_columns import INSTANT, LOCAL, table_of
from ingestion.sources import EntityMapping
from warehouse.errors import CmwError

BLOCK_BYTES = 3 << 20  # with 4 the peak comes near 600 MB
LINE_END = ord("\n")
NUMERIC = 1700
SUMMABLE = {20, 21, 23, NUMERIC}  # what the server sums exactly
MOST_DIGITS = 18  # more of them stay text, which is cast value by value
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
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


def _chunks(copy: psycopg.Copy, connection: PGconn) -> Iterator[bytes]:
    """The rows of a COPY, whole ones, some megabytes at a time; a row that is larger stands at the end of its chunk.

    What has arrived is taken directly; the driver waits for the rest.
    """
    chunk, take = bytearray(), connection.get_copy_data
    while True:
        size, row = take(1)
        if size <= 0:
            row = copy.read() if size == 0 else b""
            if not row:
                break
        chunk += row
        if len(chunk) >= BLOCK_BYTES and chunk[-1] == LINE_END:
            yield bytes(chunk)
            chunk.clear()
    while size < 0 and (result := connection.get_result()) is not None:
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)
    if chunk:
        yield bytes(chunk)


def _kind(column: psycopg.Column) -> pa.DataType | None:
    """The Arrow type of a column; NUMERIC only where it declares its decimals."""
    if column.type_code == NUMERIC and column.precision and 0 <= (column.scale or 0) <= column.precision <= MOST_DIGITS:
        return pa.decimal128(column.precision, column.scale or 0)
    return _KINDS.get(column.type_code)


class PostgresReader(DatabaseReader):
    """Reads by COPY inside one repeatable-read, read-only transaction."""

    def batches(self, mapping: EntityMapping, names: list[str], low: Any = None) -> Iterator[pa.Table]:
        raw, sql = self._sent(self._statement(mapping, names, low))
        try:
            with raw.cursor() as cursor:
                described = _described(cursor, sql)
                _refuse_unbounded(mapping, names, described)
                kinds = [_kind(column) for column in described]
                as_text = [used_as_text(mapping, name) for name in names]
                with cursor.copy(f"copy ({sql}) to stdout (format text)") as copy:
                    yield from _tables(_chunks(copy, raw.pgconn), kinds, as_text, self.origin(mapping))
        finally:
            if raw.info.transaction_status == TransactionStatus.INERROR:
                raw.rollback()

    def _sent(self, statement: sa.Select) -> tuple[psycopg.Connection, str]:
        """The driver's connection, and the statement as the server gets it."""
        compiled = statement.compile(dialect=self._engine.dialect)
        raw: psycopg.Connection = self._connection.connection.dbapi_connection
        return raw, psycopg.ClientCursor(raw).mogrify(str(compiled), compiled.params)

    def _types_of_query(self, mapping: EntityMapping, names: list[str]) -> dict[str, str]:
        raw, sql = self._sent(self._statement(mapping, names, None))
        with raw.cursor() as cursor:
            return {column.name: column.type_display for column in _described(cursor, sql)}

    def _summable(self, mapping: EntityMapping, statement: sa.Select) -> set[str]:
        raw, sql = self._sent(statement)
        with raw.cursor() as cursor:
            return {column.name for column in _described(cursor, sql) if column.type_code in SUMMABLE}


def _described(cursor: psycopg.Cursor, sql: str) -> list[psycopg.Column]:
    return cursor.execute(f"select * from ({sql}) as q limit 0").description


def _refuse_unbounded(mapping: EntityMapping, names: list[str], described: list[psycopg.Column]) -> None:
    """A NUMERIC without declared decimals may hold any number of them: the source file must say how many count."""
    unbounded = {
        name.casefold()
        for name, column in zip(names, described, strict=True)
        if column.type_code == NUMERIC and column.precision is None
    }
    for name, column in mapping.entity.columns.items():
        source = mapping.spec.columns.get(name, name)
        said = name in mapping.spec.scales or name in mapping.spec.constants
        if column.type in DECIMALS and source.casefold() in unbounded and not said:
            raise CmwError(
                f"{mapping.where_said}: {source} for {name} is a NUMERIC without declared decimals",
                f"Say to how many decimals it is rounded, such as scales: {{{name}: {DECIMALS[column.type]}}}",
            )


def _unescaped(column: pa.Array) -> pa.Array:
    """The text format of COPY writes tabs, line ends and backslashes with a backslash; no text holds a NUL."""
    if not pc.any(pc.match_substring(column, "\\")).as_py():
        return column
    column = pc.replace_substring(column, "\\\\", "\0")
    for letter, meant in _ESCAPED.items():
        column = pc.replace_substring(column, f"\\{letter}", meant)
    return pc.replace_substring(column, "\0", "\\")


def _tables(
    chunks: Iterator[bytes], kinds: list[pa.DataType | None], as_text: list[bool], origin: str
) -> Iterator[pa.Table]:
    names = [f"s{number}" for number in range(len(kinds))]
    parsed = pa_csv.ParseOptions(
        delimiter="\t", quote_char=False, double_quote=False, escape_char=False, ignore_empty_lines=False
    )
    converted = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), null_values=[r"\N"], strings_can_be_null=True
    )
    position = 0
    for chunk in chunks:
        read = pa_csv.ReadOptions(column_names=names, block_size=len(chunk), use_threads=False)
        found = pa_csv.read_csv(pa.BufferReader(chunk), read, parsed, converted).combine_chunks()
        columns = [column.chunk(0) for column in found.columns]
        yield with_place(table_of([_unescaped(column) for column in columns], kinds, as_text), position, origin)
        position += found.num_rows
