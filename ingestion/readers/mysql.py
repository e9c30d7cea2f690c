"""MySQL and MariaDB: the server's own text of each value, fetched row by row from an unbuffered cursor."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pymysql.constants import FIELD_TYPE
from pymysql.cursors import SSCursor

from ingestion.readers.database import BATCH_ROWS, DatabaseReader
from ingestion.readers.raw_arrow import batch, with_place
from ingestion.readers.text_columns import INSTANT, LOCAL, table_of
from ingestion.sources import EntityMapping

_KINDS: dict[int, pa.DataType] = {
    FIELD_TYPE.TINY: pa.int64(),
    FIELD_TYPE.SHORT: pa.int64(),
    FIELD_TYPE.LONG: pa.int64(),
    FIELD_TYPE.LONGLONG: pa.int64(),
    FIELD_TYPE.INT24: pa.int64(),
    FIELD_TYPE.FLOAT: pa.float64(),
    FIELD_TYPE.DOUBLE: pa.float64(),
    FIELD_TYPE.DATE: pa.date32(),
    FIELD_TYPE.DATETIME: LOCAL,
    FIELD_TYPE.TIMESTAMP: INSTANT,
}


class MySqlReader(DatabaseReader):
    """Reads in one consistent snapshot. A TIMESTAMP is an instant, a DATETIME a local time of the source.

    The driver's own decoding is switched off while data is read: it would turn a zero date into NULL.
    """

    def open(self) -> None:
        super().open()
        self._connection.exec_driver_sql("set session time_zone = '+00:00'")

    def batches(self, mapping: EntityMapping, names: list[str], low: Any = None) -> Iterator[pa.Table]:
        compiled = self._statement(mapping, names, low).compile(dialect=self._engine.dialect)
        order = compiled.positiontup or ()
        parameters = tuple(compiled.params[name] for name in order) if compiled.positional else compiled.params
        raw = self._connection.connection.dbapi_connection
        cursor = raw.cursor(SSCursor)
        decoders, raw.decoders = raw.decoders, {}
        try:
            cursor.execute(str(compiled), parameters)
        finally:
            raw.decoders = decoders
        try:
            kinds = [_KINDS.get(column[1]) for column in cursor.description]
            position = 0
            while rows := cursor.fetchmany(BATCH_ROWS):
                yield with_place(_table(rows, kinds), position, self.origin(mapping))
                position += len(rows)
        finally:
            with suppress(Exception):  # a broken connection cannot be read to its end
                cursor.close()


def _table(rows: list[tuple], kinds: list[pa.DataType | None]) -> pa.Table:
    """Typed where all values allow it; bytes stay bytes."""
    raw = batch(len(kinds), rows, 0, "")
    columns = [raw.column(number).chunk(0) for number in range(len(kinds))]
    wanted = [kind if pa.types.is_string(column.type) else None for kind, column in zip(kinds, columns, strict=True)]
    columns = [
        pc.binary_join_element_wise(column, "Z", "") if kind is INSTANT else column  # the session's zone is UTC
        for kind, column in zip(wanted, columns, strict=True)
    ]
    table = table_of(columns, wanted)
    fields = [
        raw.schema.field(number) if table.schema.field(number).type == column.type else table.schema.field(number)
        for number, column in enumerate(columns)
    ]
    return table.cast(pa.schema(fields))
