"""Figures and dates as people read them."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

_CRITICAL_DAYS, _WARNING_DAYS = 2, 7


def due_date(severity: str, today: date) -> date:
    """Two days for a critical alert, a week for a warning."""
    return today + timedelta(days=_CRITICAL_DAYS if severity == "critical" else _WARNING_DAYS)


def figure(value: Decimal | None, unit: str, currency: str | None = None) -> str:
    """12.3 % for a rate, 1,234 CNY for money, at most two decimals for the rest; – where there is none."""
    if value is None:
        return "–"
    if unit == "rate":
        return f"{_rounded(value * 100, 1)} %"
    if unit.startswith("money"):
        return f"{_rounded(value, 0)} {currency or ''}".strip()
    return _rounded(value, 0 if value == value.to_integral_value() else 2)


def money(value: Decimal | None, currency: str) -> str:
    return figure(value, "money", currency)


def period(grain: str, start: date) -> str:
    """2026-06 for a month, 2026-Q2, 2026, 2026-W23, or the day."""
    if grain == "month":
        return f"{start:%Y-%m}"
    if grain == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    if grain == "year":
        return str(start.year)
    if grain == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02}"
    return start.isoformat()


def _rounded(value: Decimal, places: int) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"
