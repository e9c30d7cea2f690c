"""The change cursor: how far an entity was read, kept as text, and where the next read begins.

Kinds: ``int:``, ``text:`` (ISO date or time as text), ``time:`` (timestamp without zone), ``instant:``
(with zone, UTC), ``date:``. A value after the load's time does not move the cursor: one row dated in the
future must not hide what changes until then. A column of anything else, or of texts that do not sort as times,
is UNUSABLE: then all is read.
"""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

UNUSABLE = "unusable"
DECLARED = b"declared"  # mark of a field that holds text because one value does not fit the column's type
_ISO = r"^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?P<zone>Z|\+00|\+00:00|)$"


def _limited(array: pa.ChunkedArray, limit: pa.Scalar) -> pa.ChunkedArray:
    return array.filter(pc.less_equal(array, limit))


def highest(column: pa.ChunkedArray, loaded_at: datetime, zone: str, declared: str = "") -> str | None:
    """The greatest cursor value of a batch that is not after the load's time (UTC), or None; or UNUSABLE.

    `declared` is the Arrow type of a column that holds text only because one of its values is no such thing.
    """
    if declared:
        column = _fitting(column, declared)
    kind = column.type
    local = loaded_at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if column.null_count == len(column):
        return None
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):
        return f"int:{pc.max(column).as_py()}"
    if pa.types.is_date32(kind):
        top = pc.max(_limited(column, pa.scalar(local.date()))).as_py()
        return None if top is None else f"date:{top.isoformat()}"
    if pa.types.is_timestamp(kind):
        bound = loaded_at.replace(tzinfo=UTC) if kind.tz else local
        top = pc.max(_limited(column, pa.scalar(bound, type=kind))).as_py()
        if top is None:
            return None
        return f"instant:{top.astimezone(UTC).isoformat()}" if kind.tz else f"time:{top.isoformat()}"
    return _highest_text(column, loaded_at, local) if pa.types.is_string(kind) else UNUSABLE


def _fitting(column: pa.ChunkedArray, declared: str) -> pa.ChunkedArray:
    """The values that fit the declared type. What does not (infinity, a zero date, before Christ) moves no cursor."""
    with_zone, is_date = declared.endswith("UTC]"), declared.startswith("date")
    values = []
    for text in column.drop_null().to_pylist():
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        values.append(moment.date() if is_date else moment)
    kind = pa.date32() if is_date else pa.timestamp("us", "UTC" if with_zone else None)
    return pa.chunked_array([pa.array(values, type=kind)])


def _highest_text(column: pa.ChunkedArray, loaded_at: datetime, local: datetime) -> str | None:
    """Texts sort as times to the day, where all are in one zone whose clocks never change."""
    told = column.filter(pc.not_equal(column, ""))
    zones = pc.struct_field(pc.extract_regex(told, _ISO), "zone").unique().to_pylist()
    if None in zones or ("" in zones and len(zones) > 1):
        return UNUSABLE
    limit = (local if "" in zones else loaded_at).isoformat()
    top = pc.max(_limited(told, pa.scalar(limit + "~"))).as_py()
    return None if top is None else f"text:{top}"


def later(left: str | None, right: str | None) -> str | None:
    """The greater of two cursor values of one kind; the newer one where the kind changed."""
    if UNUSABLE in (left, right):
        return UNUSABLE
    if left is None or right is None:
        return right if left is None else left
    left_kind, right_kind = left.partition(":")[0], right.partition(":")[0]
    if {left_kind, right_kind} == {"date", "time"}:  # one stands in for the other where that is empty
        left, right = (_at_midnight(value) for value in (left, right))
    elif left_kind != right_kind:
        return right
    elif left_kind == "text" and _has_zone(left[5:]) != _has_zone(right[5:]):
        return UNUSABLE
    if left.startswith("int:"):
        return max(left, right, key=lambda value: int(value[4:]))
    return max(left, right)


def _at_midnight(value: str) -> str:
    kind, _, text = value.partition(":")
    return value if kind == "time" else f"time:{text}T00:00:00"


def _has_zone(text: str) -> bool:
    return bool(re.match(_ISO, text)["zone"])


def lower_bound(value: str, overlap: timedelta | int) -> int | str | date | datetime:
    """Where the next read begins: the cursor less the overlap, in the type that the database compares with.

    Of texts the whole day is read: whatever stands between day and time, they sort after the day.
    """
    kind, _, text = value.partition(":")
    if kind == "int":
        return int(text) - (overlap if isinstance(overlap, int) else 0)
    back = overlap if isinstance(overlap, timedelta) else timedelta(0)
    if kind == "date":
        return (datetime.fromisoformat(text) - back).date()
    if kind in ("time", "instant"):
        return datetime.fromisoformat(text) - back
    return (datetime.fromisoformat(text[:19]) - back).date().isoformat()
