"""The failure that no later run has made good, out of Dagster's records and the alerts of failed runs."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

import dagster as dg
import sqlalchemy as sa

from orchestration.errors import STOPPED, root_sentence
from orchestration.instance import is_dead, open_instance
from orchestration.schedules import JobName
from warehouse.errors import CmwError
from warehouse.operational_store import open_store
from warehouse.settings import Settings
from warehouse.tables_alerts import alerts

# A run of these ends in a published version, which makes good whatever failed before; `read` only what itself failed.
WHOLE = set(get_args(JobName)) - {"read", "maintain"}
LOOKED_AT = 100
_ENDED_BADLY = (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
_BEGUN = (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING)


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
    try:
        with open_instance(settings) as instance:
            return _newest_failure(instance, told)
    except (sa.exc.SQLAlchemyError, dg.DagsterError) as error:
        reason = str(error).strip().splitlines()[0]
        raise CmwError(
            f"Dagster's records in {settings.dagster_home} cannot be read: {reason}",
            "Move that folder away: it shows past runs, and the next run begins a new one",
        ) from None


def _newest_failure(instance: dg.DagsterInstance, told: dict[str, str]) -> FailedRun | None:
    good: set[str] = set()
    for record in instance.get_run_records(limit=LOOKED_AT):
        run = record.dagster_run
        has_died = run.status in _BEGUN and is_dead(run.tags)
        # Dagster calls a run good that left out a step; whoever ran it has told of it.
        is_bad = run.status in _ENDED_BADLY or has_died or run.run_id in told
        if run.status == dg.DagsterRunStatus.SUCCESS and not is_bad:
            if run.job_name in WHOLE:
                return None
            good.add(run.job_name)
        elif is_bad and run.job_name not in good:
            ended = datetime.fromtimestamp(record.end_time or record.update_timestamp.timestamp(), UTC)
            reason = "its process was killed" if has_died else _reason(instance, run, told)
            return FailedRun(run.run_id, run.job_name, ended, reason)
    return None


def _reason(instance: dg.DagsterInstance, run: dg.DagsterRun, told: dict[str, str]) -> str:
    """As the run's own screen said it; else what Dagster says of the run as a whole."""
    if run.status == dg.DagsterRunStatus.CANCELED:
        return STOPPED
    failed = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    if sentence := root_sentence(entry.get_dagster_event() for entry in failed) or told.get(run.run_id, ""):
        return sentence
    ended = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    said = [event.message for event in (entry.get_dagster_event() for entry in ended) if event.message]
    return " ".join(said[-1].split()) if said else "no reason is on record"


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
