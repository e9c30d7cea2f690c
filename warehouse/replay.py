"""A company as it was known on an earlier day, in a folder of its own: CMW_HOME/as_of/<day>/.

Everything that a run writes (working file, verdicts, identity, published folder, its own operational store) lies
below that folder, because the replay is a company of its own whose business date is that day.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from warehouse.clock import business_today
from warehouse.company import Company
from warehouse.errors import CmwError
from warehouse.operational_store import writing
from warehouse.settings import Settings
from warehouse.tables import as_reported_values
from warehouse.tables_health import health_history

KEPT = {"published", "warehouse.lock", "logs"}


def replay_day(text: str, settings: Settings, company: Company) -> date:
    """The day to replay. Raises CmwError for what is no date or not over before today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CmwError(f"{text!r} is no date", "Write --as-of as YYYY-MM-DD") from None
    today = business_today(settings, company)
    if day > today:
        raise CmwError(f"{day} is in the future: the business date is {today}", "Choose that day or an earlier one")
    return day


def end_of_day(day: date, company: Company) -> datetime:
    """The last second of a business day, in UTC without zone; the stamp of what is loaded on it."""
    end = datetime.combine(day, time(23, 59, 59, 999999), tzinfo=ZoneInfo(company.time_zone))
    return end.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def replay_settings(settings: Settings, day: date) -> Settings:
    return Settings(config=settings.config, home=settings.home / "as_of" / day.isoformat())


def replays(settings: Settings) -> list[Settings]:
    """The replays that there are, by day."""
    return [Settings(config=settings.config, home=folder) for folder in _inside(settings.home / "as_of")]


def clear(replay: Settings) -> None:
    """Removes what an earlier replay of the day left, except what it published."""
    for path in _inside(replay.home):
        if path.name not in KEPT:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


@contextmanager
def in_replay(replay: Settings, day: date) -> Iterator[None]:
    """This process and its children work for the replay while the block runs: its folder, its day, its store."""
    names = {
        "CMW_HOME": str(replay.home),
        "CMW_TODAY": day.isoformat(),
        "CMW_OPERATIONAL_STORE": f"sqlite:///{replay.home / 'operational.db'}",
    }
    before = dict(os.environ)
    os.environ.update(names)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def copy_records(company: sa.Engine, replay: sa.Engine, until: datetime) -> None:
    """What had been put on record by then: the values of closed months and the health scores of past weeks."""
    for table, moment in ((as_reported_values, "closed_at"), (health_history, "recorded_at")):
        with company.connect() as reading:
            found = reading.execute(sa.select(table).where(table.c[moment] <= until)).mappings()
            rows = [dict(row) for row in found]
        if rows:
            with writing(replay) as transaction:
                transaction.execute(sa.insert(table), rows)
