"""Column kinds of the demo databases: the SQL type, and how a simulated value is written.

A simulated column holds int64 (cents, thousandths, days, UTC seconds) or text; ``info['kind']`` says which.
"""

import numpy as np
from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, MetaData, Numeric, String, Table

from demo_company.days import OFFSET
from demo_company.rows import NULL

TYPES = {
    "int": BigInteger,
    "small": Integer,
    "money": lambda: Numeric(18, 2),  # from cents
    "fen": BigInteger,  # cents as they are
    "quantity": lambda: Numeric(18, 3),  # from thousandths
    "rate": lambda: Numeric(18, 4),  # from ten-thousandths
    "day": Date,
    "day_text": lambda: String(10),  # 31/12/2025
    "day_number": Integer,  # 20251231
    "utc": DateTime,
    "local": DateTime,  # Asia/Shanghai
}


WRITTEN_DAY = 10_000_000  # a 'day' above this is taken as digits, 20260230: dates that no calendar has


def table(name: str, metadata: MetaData, **columns: str) -> Table:
    """A table; each column is 'kind' or 'text:length', with a leading '*' for the key."""
    made = []
    for column, kind in columns.items():
        key = kind.startswith("*")
        kind = kind.removeprefix("*")
        if kind.startswith("text"):
            made.append(Column(column, String(int(kind[5:] or 80)), primary_key=key, info={"kind": "text"}))
        else:
            made.append(Column(column, TYPES[kind](), primary_key=key, autoincrement=False, info={"kind": kind}))
    return Table(name, metadata, *made, mysql_charset="utf8mb4")


def written(kind: str, values: np.ndarray) -> list:
    """Python values as a driver takes them: int, float of at most four decimals, or text."""
    if kind == "text":
        return values.tolist()
    if not len(values):
        return []
    if values.dtype == bool:
        values = values.astype(np.int64)
    empty = values == NULL
    filled = np.where(empty, 0, values)
    if kind in ("int", "small", "fen"):
        result = filled.tolist()
    elif kind in ("money", "quantity", "rate"):
        result = (filled / {"money": 100, "quantity": 1000, "rate": 10_000}[kind]).tolist()
    else:
        result = moments(kind, filled).tolist()
    if empty.any():
        for position in np.flatnonzero(empty).tolist():
            result[position] = None
    return result


def moments(kind: str, values: np.ndarray) -> np.ndarray:
    """Dates and times as text that every one of the three database systems accepts."""
    if kind in ("utc", "local"):
        seconds = values + (OFFSET if kind == "local" else 0)
        text = np.datetime_as_string(seconds.astype("datetime64[s]"), unit="us")
        letters = text.view("U1").reshape(len(text), -1)
        letters[:, 10] = " "
        return text
    raw = values > WRITTEN_DAY
    text = np.datetime_as_string(np.where(raw, 0, values).astype("datetime64[D]"))
    text[raw] = [f"{v // 10_000:04d}-{v // 100 % 100:02d}-{v % 100:02d}" for v in values[raw].tolist()]
    if kind == "day":
        return text
    if kind == "day_number":
        return np.array([int(t.replace("-", "")) for t in text.tolist()], dtype=np.int64)
    return np.array([f"{t[8:10]}/{t[5:7]}/{t[:4]}" for t in text.tolist()], dtype="U10")
