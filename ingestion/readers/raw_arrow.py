"""Driver rows to Arrow columns, without bending a value.

A column becomes the Arrow type of its values where they all have one type and Arrow holds it exactly;
otherwise it becomes text, and the mapping casts it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import numpy as np
import pyarrow as pa

# Marks bytes and errors that had to be carried as text: no contract type takes them (a private-use character).
BINARY_MARK = "\ue000"
# Column names that a reader adds to the source's: where a row stands, and where it came from.
POSITION, ORIGIN = "raw_position", "raw_origin"

_ARROW_BY_PYTHON: dict[type, pa.DataType | None] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    bytes: pa.binary(),
    datetime: None,  # with or without zone
}


@dataclass(frozen=True)
class Refused:
    """A value that is none, such as an error in a cell: told in the row's rejections, in no column."""

    text: str


def as_text(value: Any) -> str | None:
    """One value as the text that the casts understand. Never loses a digit."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{BINARY_MARK}\\x{bytes(value).hex()}"
    if isinstance(value, Refused):
        return f"{BINARY_MARK}{value.text}"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=as_text)
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, Enum):
        return as_text(value.value)
    return str(value)


def _typed(values: Sequence[Any], types: set[type]) -> pa.Array | None:
    """The values in the one Arrow type that holds them all exactly, or None."""
    if types == {int, float}:  # SQLite stores 5.0 in a NUMERIC column as 5
        return pa.array(values, type=pa.float64())  # refuses an integer that a double does not hold
    if len(types) != 1:
        return None
    (kind,) = types
    if kind not in _ARROW_BY_PYTHON:  # decimals too: a common scale would add zeros to some of them
        return None
    if kind is datetime and len({value.tzinfo is None for value in values if value is not None}) > 1:
        return None
    return pa.array(values, type=_ARROW_BY_PYTHON[kind])


def _guessed(values: Sequence[Any]) -> pa.Array | None:
    """The values in the type that Arrow finds for them, where it is text or numbers and nothing was bent."""
    if values and type(values[0]) is float and set(map(type, values)) == {float}:
        return pa.array(np.fromiter(values, np.float64, len(values)))  # half of what Arrow takes
    try:
        array = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, ValueError):
        return None
    if not isinstance(array, pa.Array):
        return None
    if pa.types.is_float64(array.type):  # Arrow takes a boolean for a number, and refuses what a double bends
        return array if set(map(type, values)) <= {int, float, type(None)} else None
    return array if pa.types.is_string(array.type) or pa.types.is_int64(array.type) else None


def column(values: Sequence[Any]) -> tuple[pa.Array, bool]:
    """The values as one Arrow array, and whether it is text that holds marked bytes."""
    array = _guessed(values)
    if array is not None:
        return array, False
    types = set(map(type, values)) - {type(None)}
    if not types:
        return pa.nulls(len(values), pa.string()), False
    try:
        array = _typed(values, types)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, ValueError):
        array = None
    if array is not None:
        return array, False
    return pa.array([as_text(value) for value in values], type=pa.string()), not types.isdisjoint(
        {bytes, bytearray, memoryview, Refused}
    )


def batch(width: int, rows: Sequence[Sequence[Any]], first_position: int, origin: str) -> pa.Table:
    """Rows of a driver as a table with the columns s0, s1, …, raw_position and raw_origin.

    Columns go by position, because two source names may differ in case alone.
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    arrays, fields = [], []
    for number, values in enumerate(columns):
        array, has_bytes = column(values)
        arrays.append(array)
        fields.append(pa.field(f"s{number}", array.type, metadata={"binary": "1"} if has_bytes else None))
    return with_place(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), first_position, origin)


def merged(tables: Sequence[pa.Table]) -> list[pa.Table]:
    """Consecutive tables as one, where their columns are of one type: empty ones fit any, whole numbers fit doubles.

    Rows are turned into columns some thousand at a time, while the processor still has them at hand.
    """
    if len(tables) < 2:
        return list(tables)
    fields = []
    for number, first in enumerate(tables[0].schema):
        kinds = {table.schema.field(number).type for table in tables if table.column(number).null_count < len(table)}
        marked = {bool(table.schema.field(number).metadata) for table in tables}
        if len(marked) > 1 or (len(kinds) > 1 and kinds != {pa.int64(), pa.float64()}):
            return list(tables)
        kind = pa.float64() if len(kinds) > 1 else next(iter(kinds), first.type)
        fields.append(pa.field(first.name, kind, metadata=first.metadata))
    try:
        return [pa.concat_tables([_as(table, fields) for table in tables]).combine_chunks()]
    except pa.ArrowInvalid:  # a whole number that no double holds
        return list(tables)


def _as(table: pa.Table, fields: list[pa.Field]) -> pa.Table:
    columns = [
        pa.nulls(len(table), field.type) if column.null_count == len(table) else column.cast(field.type)
        for field, column in zip(fields, table.columns, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def with_place(table: pa.Table, first_position: int, origin: str | pa.Array) -> pa.Table:
    """The table with its place: row number within the load, and table or file:line."""
    count = table.num_rows
    positions = pa.array(np.arange(first_position, first_position + count))
    places = pa.repeat(pa.scalar(origin, pa.string()), count) if isinstance(origin, str) else origin
    return table.append_column(POSITION, positions).append_column(ORIGIN, places)
