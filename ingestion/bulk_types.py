"""Types whole columns of a batch at once, where that gives the very values that the casts would give.

A shortcut, never another rule: where one value of a column needs a closer look, the column stays as it came
and DuckDB casts it value by value. Tests compare both ways.
"""

from collections import Counter
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.column_plan import ColumnPlan, found_column
from ingestion.entities import DECIMALS
from ingestion.raw_text import is_text
from ingestion.sources import EntityMapping

LOCAL, INSTANT = pa.timestamp("us"), pa.timestamp("us", "UTC")
# Lengths of ISO times that Arrow and DuckDB read alike: a day, minutes, seconds, one to six decimals.
_ISO_LENGTHS = pa.array([10, 16, 19, 21, 22, 23, 24, 25, 26], pa.int32())
# Between these, zone rules are the same in every edition of the time zone database.
_FIRST, _LAST = (pa.scalar(day, LOCAL).value for day in (datetime(1970, 1, 2), datetime(2037, 12, 30)))
_FIRST_DAY = pa.scalar(-719162, pa.int32())  # 0001-01-01
_EXACT_DIGITS = 10**15  # a double holds every decimal number of so many digits


def retypable(mapping: EntityMapping, plan: ColumnPlan) -> dict[str, str]:
    """Place → contract column, of the source columns that one contract column alone uses, without translation."""
    spec = mapping.spec
    extra = [*spec.keep, *([spec.soft_delete.column] if spec.soft_delete else [])]
    uses = Counter([*plan.contract.values(), *(found_column(plan, name) for name in extra)])
    said = {*spec.formats, *spec.units, *spec.values}
    return {
        plan.place(source): name for name, source in plan.contract.items() if uses[source] == 1 and name not in said
    }


def retyped(raw: pa.Table, columns: dict[str, str], mapping: EntityMapping, plan: ColumnPlan) -> pa.Table:
    """The batch with those columns typed that allow it; `columns` is what `retypable` gave."""
    for place, name in columns.items():
        number = raw.schema.get_field_index(place)
        field, kind = raw.schema.field(number), mapping.entity.columns[name].type
        if field.metadata or raw.num_rows == 0:
            continue
        array = raw.column(number).combine_chunks()
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        try:
            typed = _typed(array, kind, plan.scales.get(name), mapping.timezone)
        except pa.ArrowInvalid:
            continue
        if typed is not None:
            raw = raw.set_column(number, pa.field(place, typed.type), typed)
    return raw


def _typed(array: pa.Array, kind: str, scale: int | None, zone: str) -> pa.Array | None:
    if kind == "timestamp":
        if is_text(array.type) and pc.all(pc.is_in(pc.drop_null(pc.binary_length(array)), _ISO_LENGTHS)).as_py():
            array = pc.cast(array, LOCAL)
        return instants(array, zone) if array.type == LOCAL else None
    if kind == "date" and is_text(array.type):
        days = pc.cast(array, pa.date32())
        first = pc.min(pc.cast(days, pa.int32()))
        return days if not first.is_valid or first.as_py() >= _FIRST_DAY.as_py() else None
    if kind in DECIMALS and pa.types.is_float64(array.type):
        decimals = DECIMALS[kind]
        return decimals_of(array, decimals if scale is None else min(scale, decimals))
    return None


def instants(local: pa.Array, zone: str) -> pa.Array | None:
    """Local times as instants; None where the time zone database may not tell, or a time never was."""
    ends = pc.min_max(local)
    first, last = ends["min"].value, ends["max"].value  # as numbers: Python has no year 10000
    if first is not None and not _FIRST <= first <= last <= _LAST:
        return None
    return pc.cast(pc.assume_timezone(local, zone, ambiguous="latest", nonexistent="raise"), INSTANT)


def decimals_of(numbers: pa.Array, decimals: int) -> pa.Array | None:
    """Doubles as decimal(18, decimals) where each is the nearest double of a number with so many decimals and
    at most 15 digits: then that number is its shortest text. None where one is not."""
    values = pc.fill_null(numbers, 0.0).to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.rint(values * 10.0**decimals)
        exact = (np.abs(scaled) < _EXACT_DIGITS) & (scaled / 10.0**decimals == values)
    if not exact.all():
        return None
    whole = scaled.astype(np.int64)
    words = np.empty((len(whole), 2), dtype=np.int64)  # 128 bits, the low half first
    words[:, 0], words[:, 1] = whole, whole >> 63
    there = pc.is_valid(numbers).buffers()[1] if numbers.null_count else None
    return pa.Array.from_buffers(
        pa.decimal128(18, decimals), len(whole), [there, pa.py_buffer(words)], null_count=numbers.null_count
    )
