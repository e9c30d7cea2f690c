"""A period as a person writes it: 2026, 2026-Q3, 2026-08, 2026-W33 or 2026-08-17."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from warehouse.errors import CmwError

_FORMS = {
    "year": r"(\d{4})",
    "quarter": r"(\d{4})-?[qQ]([1-4])",
    "month": r"(\d{4})-(\d{2})",
    "week": r"(\d{4})-?[wW](\d{1,2})",
    "day": r"(\d{4})-(\d{2})-(\d{2})",
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class ExplainedPeriod:
    """Half-open [start, end).

    rows_grain: that of its rows, where it is made of rows of shorter periods.
    closing: 'max' where of those only the last ones count.
    named: first day of what a person wrote, which may be a day within the period.
    """

    grain: str
    start: date
    end: date
    rows_grain: str = ""
    closing: str = ""
    named: date | None = None

    def parameters(self) -> dict[str, object]:
        return {"start": self.start, "end": self.end}


def period_of(text: str, grain: str = "") -> ExplainedPeriod:
    """The period of ``grain`` that ``text`` names or, where it names a longer one, begins with.

    Without ``grain`` it is the one that the text looks like. Raises CmwError for what is no period.
    """
    for form, pattern in _FORMS.items():
        match = re.fullmatch(pattern, text.strip())
        if match:
            day = _first_day(form, [int(part) for part in match.groups()], text)
            return replace(_holding(day, grain or form), named=day)
    raise _unknown(text)


def _first_day(form: str, parts: list[int], text: str) -> date:
    try:
        if form == "week":
            return date.fromisocalendar(parts[0], parts[1], 1)
        if form == "quarter":
            return date(parts[0], parts[1] * 3 - 2, 1)
        return date(*[*parts, 1, 1][:3])
    except ValueError:
        raise _unknown(text) from None


def _holding(day: date, grain: str) -> ExplainedPeriod:
    """The period of a grain that holds the day."""
    if grain == "day":
        return ExplainedPeriod(grain, day, day + timedelta(days=1))
    if grain == "week":
        monday = day - timedelta(days=day.weekday())
        return ExplainedPeriod(grain, monday, monday + timedelta(days=7))
    if grain not in _MONTHS:
        raise CmwError(f"{grain} is no grain", "Take day, week, month, quarter or year")
    months = _MONTHS[grain]
    first = (day.month - 1) // months * months
    after = first + months
    return ExplainedPeriod(grain, date(day.year, first + 1, 1), date(day.year + after // 12, after % 12 + 1, 1))


def up_to(period: ExplainedPeriod, day: date) -> ExplainedPeriod:
    """The part of a period that ends with a day."""
    return replace(period, end=min(period.end, day + timedelta(days=1)))


def _unknown(text: str) -> CmwError:
    return CmwError(
        f"{text} is no period",
        "Write 2026, 2026-Q3, 2026-08, 2026-W33 or 2026-08-17; with --grain week any day of the week",
    )
