"""What Dagster's records say of runs that ended badly, and in which words."""

from datetime import UTC, datetime

import dagster as dg
import sqlalchemy as sa

from orchestration.errors import STOPPED, root_sentence
from orchestration.instance import is_dead, open_instance
from orchestration.last_failure import LOOKED_AT, WHOLE, FailedRun
from warehouse.errors import CmwError
from warehouse.settings import Settings

_ENDED_BADLY = (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
_PUBLISHED = "any that publishes"
_BEGUN = (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING)


def newest_failure(settings: Settings, told: dict[str, str]) -> FailedRun | None:
    """``told``: a run's id to the reason that people were told. Raises CmwError where the records cannot be read."""
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
    good: dict[str, datetime] = {}  # by job, and of all that publish: when the last good one ended
    bad: list[tuple[datetime, dg.DagsterRun, bool]] = []
    for record in instance.get_run_records(limit=LOOKED_AT):
        run = record.dagster_run
        ended = datetime.fromtimestamp(record.end_time or record.update_timestamp.timestamp(), UTC)
        has_died = run.status in _BEGUN and is_dead(run.tags)
        # Dagster calls a run good that left out a step; whoever ran it has told of it.
        if run.status in _ENDED_BADLY or has_died or run.run_id in told:
            if not {run.job_name, _PUBLISHED} & good.keys():  # none that began later was good
                bad.append((ended, run, has_died))
        elif run.status == dg.DagsterRunStatus.SUCCESS:
            for name in (run.job_name, *([_PUBLISHED] if run.job_name in WHOLE else [])):
                good[name] = max(ended, good.get(name, ended))
    # One that was refused beside a run that then published is made good by that too, which began before it.
    for ended, run, has_died in bad:
        if all(ended > good[name] for name in (run.job_name, _PUBLISHED) if name in good):
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
