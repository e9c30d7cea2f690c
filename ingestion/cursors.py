"""The change cursor: how far an entity was read, kept as text, and where the next read begins.

Kinds: ``int:``, ``text:`` (ISO date or time as text), ``time:`` (timestamp without zone), ``instant:``
(with zone, UTC), ``date:``. A value after the load's time does not move the cursor: one row dated in the
future must not hide what changes until then. Anything else cannot be a cursor; then all is read.
"""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?.*)?$")


def _limited(array: pa.ChunkedArray, limit: pa.Scalar) -> pa.ChunkedArray:
    return array.filter(pc.less_equal(array, limit))


def highest(column: pa.ChunkedArray, loaded_at: datetime, zone: str) -> str | None:
    """The greatest cursor value of a batch that is not after the load's time (UTC), or None."""
    kind = column.type
    local = loaded_at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if pa.types.is_integer(kind):
        top = pc.max(column).as_py()
        return None if top is None else f"int:{top}"
    if pa.types.is_date32(kind):
        top = pc.max(_limited(column, pa.scalar(local.date()))).as_py()
        return None if top is None else f"date:{top.isoformat()}"
    if pa.types.is_timestamp(kind):
        bound = loaded_at.replace(tzinfo=UTC) if kind.tz else local
        top = pc.max(_limited(column, pa.scalar(bound, type=kind))).as_py()
        if top is None:
            return None
        return f"instant:{top.astimezone(UTC).isoformat()}" if kind.tz else f"time:{top.isoformat()}"
    if pa.types.is_string(kind):
        separator = "T" if pc.any(pc.equal(pc.utf8_slice_codeunits(column, 10, 11), "T")).as_py() else " "
        top = pc.max(_limited(column, pa.scalar(local.isoformat(sep=separator) + "~"))).as_py()
        return f"text:{top}" if top is not None and _ISO.match(top) else None
    return None


def later(left: str | None, right: str | None) -> str | None:
    """The greater of two cursor values of one kind; the newer one where the kind changed."""
    if left is None or right is None:
        return right if left is None else left
    if left.partition(":")[0] != right.partition(":")[0]:
        return right
    if left.startswith("int:"):
        return max(left, right, key=lambda value: int(value[4:]))
    return max(left, right)


def lower_bound(value: str, overlap: timedelta | int) -> int | str | date | datetime:
    """Where the next read begins: the cursor less the overlap, in the type that the database compares with."""
    kind, _, text = value.partition(":")
    if kind == "int":
        return int(text) - (overlap if isinstance(overlap, int) else 0)
    back = overlap if isinstance(overlap, timedelta) else timedelta(0)
    if kind == "date":
        return (datetime.fromisoformat(text) - back).date()
    if kind in ("time", "instant"):
        return datetime.fromisoformat(text) - back
    start = datetime.fromisoformat(text[:19]) - back
    if len(text) == 10:
        return start.date().isoformat()
    return start.isoformat(sep=text[10], timespec="seconds" if len(text) >= 19 else "minutes")
