"""By when an alert wants an answer."""

from datetime import date, timedelta

_CRITICAL_DAYS, _WARNING_DAYS = 2, 7


def due_date(severity: str, today: date) -> date:
    """Two days for a critical alert, a week for a warning."""
    return today + timedelta(days=_CRITICAL_DAYS if severity == "critical" else _WARNING_DAYS)
