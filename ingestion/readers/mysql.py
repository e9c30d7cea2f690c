"""MySQL and MariaDB: the server's own text of each value, cut out of the rows as they come over the wire."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from pymysql.constants import FIELD_TYPE, FLAG
from pymysql.cursors import SSCursor
from pymysql.protocol import FieldDescriptorPacket

from ingestion.column_plan import used_as_text
from ingestion.readers.database import BATCH_ROWS, DatabaseReader
from ingestion.readers.raw_arrow import with_place
from ingestion.readers.text_columns import INSTANT, LOCAL, SINGLE, table_of
from ingestion.readers.wire_rows import WireRows
from ingestion.sources import EntityMapping

MOST_DIGITS = 18  # more of them stay text, which is cast value by value
_KINDS: dict[int, pa.DataType] = {
    FIELD_TYPE.TINY: pa.int64(),
    FIELD_TYPE.SHORT: pa.int64(),
    FIELD_TYPE.LONG: pa.int64(),
    FIELD_TYPE.LONGLONG: pa.int64(),
    FIELD_TYPE.INT24: pa.int64(),
    FIELD_TYPE.FLOAT: SINGLE,
    FIELD_TYPE.DOUBLE: pa.float64(),
    FIELD_TYPE.DATE: pa.date32(),
    FIELD_TYPE.DATETIME: LOCAL,
    FIELD_TYPE.TIMESTAMP: INSTANT,
}
_NAMES = {number: name for name, number in vars(FIELD_TYPE).items() if name.isupper()}
WHOLE_NUMBERS = {kind for kind, arrow in _KINDS.items() if arrow == pa.int64()}
SUMMABLE = {FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL, *WHOLE_NUMBERS}  # what the server sums exactly


class MySqlReader(DatabaseReader):
    """Reads in one consistent snapshot. A TIMESTAMP is an instant, a DATETIME a local time of the source.

    The driver's own decoding is left out: it would turn a zero date into NULL, and costs a Python object per value.
    """

    begins_with = "start transaction with consistent snapshot, read only"

    def open(self) -> None:
        super().open()
        seconds = max(int(self._source.statement_timeout.total_seconds()), 1)
        limit = f"max_statement_time = {seconds}"
        if not self._engine.dialect.is_mariadb:
            limit = f"max_execution_time = {seconds * 1000}"
        self._connection.exec_driver_sql(f"set session time_zone = '+00:00', session {limit}")

    def batches(self, mapping: EntityMapping, names: list[str], low: Any = None) -> Iterator[pa.Table]:
        raw = self._connection.connection.dbapi_connection
        sql = self._sent(self._statement(mapping, names, low))
        kinds = [_kind(field) for field in self._described(sql)]
        as_text = [used_as_text(mapping, name) for name in names]
        cursor = raw.cursor(SSCursor)
        cursor.execute(_with_all_digits(sql, kinds))
        rows = WireRows(raw, raw._result)
        try:
            position = 0
            for columns in rows.blocks(BATCH_ROWS):
                zoned = [
                    pc.binary_join_element_wise(column, "Z", "") if kind is INSTANT else column  # the session is in UTC
                    for kind, column in zip(kinds, columns, strict=True)
                ]
                yield with_place(table_of(zoned, kinds, as_text), position, self.origin(mapping))
                position += len(columns[0])
        finally:
            rows.close()
            with suppress(Exception):  # a broken connection cannot be closed in good order
                cursor.close()

    def _is_empty(self, cursor: sa.ColumnElement, low: Any) -> sa.ColumnElement[bool]:
        """A zero date is no date; it lies before the first that the server supports."""
        return cursor.is_(None) if isinstance(low, int) else sa.or_(cursor.is_(None), cursor < "1000-01-01")

    def _sent(self, statement: sa.Select) -> str:
        """The statement as the server gets it."""
        compiled = statement.compile(dialect=self._engine.dialect)
        order = compiled.positiontup or ()
        parameters = tuple(compiled.params[name] for name in order) if compiled.positional else compiled.params
        return self._connection.connection.dbapi_connection.cursor().mogrify(str(compiled), parameters)

    def _types_of_query(self, mapping: EntityMapping, names: list[str]) -> dict[str, str]:
        fields = self._described(self._sent(self._statement(mapping, names, None)))
        return {field.name: _NAMES.get(field.type_code, str(field.type_code)) for field in fields}

    def _summable(self, mapping: EntityMapping, statement: sa.Select) -> set[str]:
        return {field.name for field in self._described(self._sent(statement)) if field.type_code in SUMMABLE}

    def _described(self, sql: str) -> list[FieldDescriptorPacket]:
        with self._connection.connection.dbapi_connection.cursor() as cursor:
            cursor.execute(f"select * from ({sql}) as q limit 0")
            return cursor._result.fields


def _with_all_digits(sql: str, kinds: list[pa.DataType | None]) -> str:
    """The server writes a FLOAT with six digits, whatever it holds, and a DOUBLE with all that it needs."""
    if SINGLE not in kinds:
        return sql
    columns = [f"c{number}" for number in range(len(kinds))]
    wanted = [f"{name} * 1e0" if kind == SINGLE else name for name, kind in zip(columns, kinds, strict=True)]
    return f"with q ({', '.join(columns)}) as ({sql}) select {', '.join(wanted)} from q"


def _kind(field: FieldDescriptorPacket) -> pa.DataType | None:
    """The Arrow type of a column; None for text, bytes, and numbers whose leading zeros are shown."""
    if field.flags & FLAG.ZEROFILL:
        return None
    if field.type_code in (FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL):
        digits = field.length - (field.scale > 0) - (not field.flags & FLAG.UNSIGNED)
        return pa.decimal128(digits, field.scale) if 0 < digits <= MOST_DIGITS and field.scale <= digits else None
    return _KINDS.get(field.type_code)
