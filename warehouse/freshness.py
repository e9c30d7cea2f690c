"""Whether a source system keeps its promise: read often enough, and with something new often enough.

Reading alone proves nothing: a replica that froze is read every day and brings nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from warehouse.company import Company
from warehouse.raw_manifest import LoadRecord
from warehouse.working_days import exceptions

# A daily source that is read at six is not late at five past six on the next day.
PATIENCE = 1.5


@dataclass(frozen=True)
class Promise:
    """What a source file says: how often it brings something, and who answers for it."""

    expected_every: timedelta
    owner: str = ""


@dataclass(frozen=True)
class Silence:
    """A broken promise: nothing was read, or nothing new came, since ``since`` (UTC).

    ``length`` of what came counts no days on which the company does not work.
    """

    kind: Literal["unread", "unchanged"]
    since: datetime
    length: timedelta


def find_silence(
    loads: Iterable[LoadRecord], expected_every: timedelta, now: datetime, company: Company
) -> Silence | None:
    """``loads`` are one source system's; failed ones do not count. None while the promise is kept, or before a load."""
    worked = [load for load in loads if load.status != "failed"]
    if not worked:
        return None
    limit = expected_every * PATIENCE
    read = max(load.loaded_at for load in worked)
    if now - read > limit:
        return Silence("unread", read, now - read)
    news = [load.loaded_at for load in worked if load.new_versions or load.deletes]
    since = max(news, default=min(load.loaded_at for load in worked))
    if now - since > limit:
        length = _without_days_off(since, now, company)
        if length > limit:
            return Silence("unchanged", since, length)
    return None


def _without_days_off(since: datetime, now: datetime, company: Company) -> timedelta:
    """The time between, less the days on which the company does not work and so brings nothing."""
    zone = ZoneInfo(company.time_zone)
    start, end = (moment.replace(tzinfo=UTC).astimezone(zone) for moment in (since, now))
    unusual = set(exceptions(company.calendar, end.date()).split(","))
    length, day = now - since, start.date()
    while day <= end.date():
        if _is_off(day, company, unusual):
            opens = datetime.combine(day, time(), tzinfo=zone)
            closes = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
            length -= max(min(end, closes) - max(start, opens), timedelta())
        day += timedelta(days=1)
    return length


def _is_off(day: date, company: Company, unusual: set[str]) -> bool:
    return (day.isoweekday() in company.calendar.working_days) == (day.isoformat() in unusual)
