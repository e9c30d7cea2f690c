"""What all loads of one run share."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ingestion.backfill import Period
from warehouse.erasures import Erased

NEVER = 10_000


@dataclass(frozen=True)
class RunStamp:
    """``loaded_at`` is UTC without zone. ``time_zone`` is the company's: days of key comparison are counted in it.

    With a ``period`` its rows are read again, whenever they changed, and no cursor moves. ``erased`` rows come blank.
    """

    run_id: str
    loaded_at: datetime
    time_zone: str
    full: bool = False
    period: Period | None = None
    erased: Erased = field(default_factory=dict)

    def _day(self, moment: datetime) -> date:
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self.time_zone)).date()

    def days_since(self, moment: datetime | None) -> int:
        """Calendar days from a UTC moment to this run; NEVER where there was no such moment."""
        return (self._day(self.loaded_at) - self._day(moment)).days if moment else NEVER


def now() -> datetime:
    """The machine's own time, for durations."""
    return datetime.now(UTC).replace(tzinfo=None)
