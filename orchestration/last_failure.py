"""The failure that no later run has made good, out of Dagster's records and the alerts of failed runs."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

import sqlalchemy as sa

from orchestration.schedule_lines import JobName
from warehouse.errors import CmwError
from warehouse.operational_store import open_store
from warehouse.settings import Settings
from warehouse.tables_alerts import alerts

# A run of these ends in a published version, which makes good whatever failed before; `read` only what itself failed.
WHOLE = set(get_args(JobName)) - {"read", "maintain"}
LOOKED_AT = 100


@dataclass(frozen=True)
class FailedRun:
    """A run that ended badly; ``ended_at`` is UTC."""

    run_id: str
    job: str
    ended_at: datetime
    reason: str

    @property
    def sentence(self) -> str:
        return (
            f"The last run of {self.job} ({self.run_id[:8]}, {self.ended_at:%Y-%m-%d %H:%M} UTC) failed: {self.reason}"
        )


def last_failure(settings: Settings) -> FailedRun | None:
    """The newest failed run, unless a later one of the same job, or one that publishes, has succeeded.

    Raises CmwError where Dagster's records cannot be read.
    """
    if not (settings.dagster_home / "history" / "runs.db").exists():
        return None
    told = _told_of(settings)
    if _all_went_well(settings, told):
        return None
    from orchestration.run_records import newest_failure  # brings Dagster

    return newest_failure(settings, told)


def _all_went_well(settings: Settings, told: dict[str, str]) -> bool:
    """Whether all runs since the last that published, and that one, succeeded: the table of runs alone says that."""
    path = settings.dagster_home / "history" / "runs.db"
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as records:
            runs = records.execute(
                "select run_id, pipeline_name, status from runs order by id desc limit ?", [LOOKED_AT]
            ).fetchall()
    except sqlite3.Error:
        return False  # of which Dagster says what it is
    for run_id, job, status in runs:
        if status != "SUCCESS" or run_id in told:
            return False
        if job in WHOLE:
            return True
    return True


def _told_of(settings: Settings) -> dict[str, str]:
    """Run's id -> reason, of the alerts of failed runs that are not closed."""
    try:
        store = open_store(settings)
    except CmwError:
        return {}  # which the doctor reports itself
    query = sa.select(alerts.c.last_seen_run_id, alerts.c.reason_en).where(
        alerts.c.rule == "failed_run", alerts.c.state != "closed"
    )
    with store.connect() as connection:
        found = {row.last_seen_run_id: row.reason_en for row in connection.execute(query)}
    store.dispose()
    return found
