"""What is known about published versions: their record, and putting right what killed publishes left."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from warehouse import durable_files
from warehouse.errors import CmwError
from warehouse.operational_store import writing
from warehouse.published import current_version, versions_folder
from warehouse.settings import Settings
from warehouse.tables import published_versions

UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Version:
    """One published version. ``marts_run_id`` is None where no run has passed gate 2 yet."""

    version_id: str
    run_id: str
    marts_run_id: str | None
    as_of_date: date | None
    gate_passed: bool
    published_at: datetime
    table_count: int
    row_count: int
    content_hash: str


def tidy(store: sa.Engine, settings: Settings) -> list[str]:
    """Removes what killed publishes left, and records a version that was published but not yet recorded."""
    removed = []
    for leftover in versions_folder(settings).glob(f"*{UNFINISHED}"):
        durable_files.remove_folder(leftover)
        removed.append(leftover.name)
    folder = current_version(settings)
    if folder is not None:
        # versions whose pointer never came are of no use to anybody
        for other in versions_folder(settings).iterdir():
            if other.name > folder.name:
                durable_files.remove_folder(other)
                removed.append(other.name)
        record(store, read_version(folder))
    return removed


def read_version(folder: Path) -> Version:
    """What version.json of a published folder says. Raises CmwError when it is missing or torn."""
    path = folder / "version.json"
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        data["published_at"] = datetime.fromisoformat(data["published_at"])
        data["as_of_date"] = date.fromisoformat(data["as_of_date"]) if data["as_of_date"] else None
        return Version(**data)
    except (OSError, ValueError, TypeError, KeyError):
        raise CmwError(f"{path} is missing or torn", "Run `cmw run --full` to publish a new version") from None


def record(store: sa.Engine, version: Version) -> None:
    known = sa.select(published_versions.c.version_id).where(published_versions.c.version_id == version.version_id)
    with writing(store) as connection:
        if connection.execute(known).first() is None:
            connection.execute(published_versions.insert().values(asdict(version)))


def marts_published_at(store: sa.Engine, version: Version) -> datetime:
    """Since when its core and marts are published, in UTC: what a failed gate 2 keeps is older than its version."""
    moments = sa.select(sa.func.min(published_versions.c.published_at))
    with store.connect() as reading:
        first = reading.execute(moments.where(published_versions.c.run_id == version.marts_run_id)).scalar()
    return first or version.published_at
