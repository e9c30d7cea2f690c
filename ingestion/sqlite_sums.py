"""Exact sums in SQLite, whose decimals are doubles: as whole numbers of the last decimal that a column declares."""

import math
from decimal import Decimal

import sqlalchemy as sa

LARGEST = 2**53  # up to which doubles are whole numbers
LOW_BITS = 20  # summed by themselves, so that integers do not overflow


def _units(column: sa.ColumnElement, decimals: int, signed: bool) -> sa.ColumnElement:
    return sa.func.round((column if signed else sa.func.abs(column)) * sa.literal_column(f"1e{decimals}"))


def quickly(column: sa.ColumnElement, decimals: int, signed: bool) -> sa.ColumnElement:
    """Sum in units. Wrong where a value is no number, has more decimals than said, or the units exceed LARGEST."""
    return sa.func.sum(_units(column, decimals, signed))


def quick_sum(units: float | None, decimals: int) -> Decimal | None:
    """The sum, which counts only where it is what arrived; None for infinity."""
    units = units or 0
    return Decimal(int(units)).scaleb(-decimals) if math.isfinite(units) else None


def carefully(column: sa.ColumnElement, decimals: int, signed: bool) -> list[sa.ColumnElement]:
    """The sum of the units' high and low bits, and how many values cannot be summed so."""
    exact = sa.cast(column, sa.Float) * sa.literal_column(f"1e{decimals}")
    even = sa.and_(
        sa.func.typeof(column).in_(["integer", "real"]),
        sa.func.abs(exact - sa.func.round(exact)) <= 0.001,
        sa.func.abs(exact) < LARGEST,
    )
    units = sa.case((even, sa.cast(_units(column, decimals, signed), sa.BigInteger)))
    odd = sa.case((sa.and_(column.is_not(None), sa.not_(even)), 1))
    return [
        sa.func.sum(units.op(">>")(LOW_BITS)),
        sa.func.sum(units.op("&")(2**LOW_BITS - 1)),
        sa.func.count(odd),
    ]


def careful_sum(high: int | None, low: int | None, odd: int, decimals: int) -> Decimal | None:
    """The sum, or None where a value is no number or has more decimals."""
    return None if odd else Decimal((high or 0) * 2**LOW_BITS + (low or 0)).scaleb(-decimals)
