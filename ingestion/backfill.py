"""Reading a period again: by the date that tells when a row happened, else by its cursor."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from warehouse.errors import CmwError

if TYPE_CHECKING:
    from ingestion.column_plan import ColumnPlan
    from ingestion.sources import EntityMapping

# Days read on either side, for times of other zones. Reading more than asked for changes nothing.
MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days, both included. Raises CmwError when the last lies before the first."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise CmwError(f"The period ends on {self.last}, before it begins on {self.first}", "Swap the two days")


@dataclass(frozen=True)
class Bounds:
    """Rows whose source column lies from ``low`` on and before ``high``, or is empty."""

    column: str
    low: date | str
    high: date | str

    def condition(self) -> sa.ColumnElement[bool]:
        column = sa.column(self.column)
        inside = sa.and_(column >= sa.bindparam("low", self.low), column < sa.bindparam("high", self.high))
        return sa.or_(inside, column.is_(None))


def bounds(
    mapping: "EntityMapping",
    plan: "ColumnPlan",
    period: Period,
    kinds: dict[str, sa.types.TypeEngine],
    *,
    as_text: bool,
) -> Bounds | None:
    """What to ask a table for; None where no column of dates or ISO texts tells the period.

    Args:
        as_text: the database keeps dates as text.
    """
    event = mapping.entity.event_date
    told = plan.contract.get(event) if event and event not in mapping.spec.formats else None
    column = told or next((name for name in plan.wanted if name.casefold() == mapping.spec.cursor.casefold()), None)
    kind = kinds.get(column)
    low, high = period.first - MARGIN, period.last + MARGIN + timedelta(days=1)
    if isinstance(kind, sa.Date | sa.DateTime):
        return Bounds(column, low.isoformat(), high.isoformat()) if as_text else Bounds(column, low, high)
    if isinstance(kind, sa.String):
        return Bounds(column, low.isoformat(), high.isoformat())
    return None
