"""Columns that a database sent as text, typed where Arrow reads that text as the value it is."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.cursors import DECLARED
from ingestion.readers.raw_arrow import BINARY_MARK

INSTANT = pa.timestamp("us", "UTC")
LOCAL = pa.timestamp("us")
SINGLE = pa.float32()  # sent with the digits of a double; its value is the shortest number that is this float


def typed(array: pa.Array, kind: pa.DataType | None) -> tuple[pa.Array, bool]:
    """The text as `kind`, or as it is where one of its values is none; and whether it is marked bytes.

    Text that stays text is cast value by value later, so that the outcome does not depend on the batch.
    """
    if kind is None or pa.types.is_null(array.type):
        return array, False
    if pa.types.is_binary(kind):
        return pc.binary_join_element_wise(BINARY_MARK, array, ""), True
    if pa.types.is_boolean(kind):
        return pc.equal(array, "t"), False
    try:
        if kind == SINGLE:
            return pc.cast(pc.cast(pc.cast(pc.cast(array, pa.float64()), SINGLE), pa.string()), pa.float64()), False
        return pc.cast(array, kind), False
    except pa.ArrowInvalid:
        return array, False


def table_of(columns: Sequence[pa.Array], kinds: Sequence[pa.DataType | None], as_text: Sequence[bool]) -> pa.Table:
    """The columns typed, with the names s0, s1, …; times and days whose text counts stay the server's text."""
    arrays, fields = [], []
    for number, (column, kind, stays) in enumerate(zip(columns, kinds, as_text, strict=True)):
        is_time = kind is not None and pa.types.is_temporal(kind)
        array, is_bytes = typed(column, None if is_time and stays else kind)
        marks = {b"binary": b"1"} if is_bytes else None
        if is_time and array.type != kind:
            marks = {DECLARED: str(kind).encode()}
        arrays.append(array)
        fields.append(pa.field(f"s{number}", array.type, metadata=marks))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))
