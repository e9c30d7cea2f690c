"""Runs the jobs from the command line, in this process, recorded where Dagster's UI shows them."""

import time
from typing import Any

import dagster as dg

from alerting.routes import load_routes
from ingestion.extract import chosen_sources
from ingestion.sources import load_sources
from orchestration import handover, run_state
from orchestration.dbt_parse import CMW_DBT, begin_parse
from orchestration.dbt_station import station
from orchestration.errors import root_sentence, stopping_plainly, was_stopped
from orchestration.instance import open_instance, process_tags, retire_dead_runs
from orchestration.outcome import Outcome
from orchestration.progress import report
from orchestration.promises import promises_of
from orchestration.reading import READ_JOB, build_read_defs
from orchestration.running import refuse_beside
from warehouse.clock import business_today
from warehouse.company import Company, load_company
from warehouse.errors import CmwError
from warehouse.lock import run_lock, writer_lock
from warehouse.raw_manifest import read_manifest
from warehouse.settings import Settings

# The terminal shows the run's own lines; the whole log is in Dagster's records.
QUIET_CONSOLE = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def _execute(defs: dg.Definitions, job: str, instance: dg.DagsterInstance, options: dict[str, Any]):
    """One job in this process. Raises KeyboardInterrupt when it was stopped: that is no failure to tell people of."""
    with stopping_plainly():
        result = defs.resolve_job_def(job).execute_in_process(
            instance=instance,
            run_config={"resources": {"run": {"config": options}}, **QUIET_CONSOLE},
            tags={**process_tags(), "cmw/started_by": "command line"},
            raise_on_error=False,
        )
    if not result.success and was_stopped(result.all_events):
        raise KeyboardInterrupt
    return result


def _left_out(result: dg.ExecuteInProcessResult) -> str:
    """The first step that Dagster skipped: it calls such a run a success, though nothing was published."""
    skipped = [event.step_key for event in result.all_events if event.event_type == dg.DagsterEventType.STEP_SKIPPED]
    return f"Step {skipped[0]} did not run, because what it needs was not made" if skipped else ""


def run_company(settings: Settings, *, full: bool = False, only: str = "", wait_seconds: int = 0) -> Outcome:
    """Reads, and when anything is new rebuilds and publishes.

    Raises CmwError for what the operator can mend before anything is read.
    """
    started = time.monotonic()
    company = load_company(settings)
    chosen_sources(load_sources(settings, company), only)
    load_routes(settings)
    with run_lock(settings, wait_seconds):
        refuse_beside(settings, wait_seconds)
        return _read_and_rebuild(settings, company, {"full": full, "only": only, "wait_seconds": wait_seconds}, started)


def _read_and_rebuild(settings: Settings, company: Company, options: dict[str, Any], started: float) -> Outcome:
    today = business_today(settings, company)
    if told := run_state.went_back(settings, today):
        report("finding", {"text": f"{told}. Is the clock right?"})
    begin_parse(settings)
    with open_instance(settings) as instance:
        retire_dead_runs(instance)
        report("step", {"name": "extract"})
        reading = _execute(build_read_defs(), READ_JOB.name, instance, options)
        if not reading.success:
            return _failed(settings, company, reading, started)
        failures = [
            f"{load['source_system']} {load['entity']}: {load['error']}"
            for load in handover.take(settings, "failed_loads", [])
        ]
        current = run_state.fingerprint(settings, today, run_state.log_position(read_manifest(settings)))
        if not options["full"] and run_state.is_current(settings, current):
            _tell_of_sources(settings, company, reading.run_id)
            version = str(run_state.last_complete(settings)["version"])
            return Outcome("nothing_new", settings, reading.run_id, version, time.monotonic() - started, failures)
        with station(CMW_DBT):
            from orchestration.definitions import REBUILD, build_defs

            try:
                defs = build_defs(settings)
            except CmwError as error:  # a metric or model that somebody changed: at night nobody reads the screen
                return _told_of(settings, company, REBUILD, reading.run_id, str(error), started, failures)
            rebuilt = _execute(defs, REBUILD, instance, options)
        if not rebuilt.success or _left_out(rebuilt):
            return _failed(settings, company, rebuilt, started, failures)
    good = bool(handover.take(settings, "gate_passed", False))
    version = str(run_state.last_complete(settings).get("version", ""))
    state = "published" if good else "last_good"
    return Outcome(state, settings, rebuilt.run_id, version, time.monotonic() - started, failures)


def _failed(
    settings: Settings,
    company: Company,
    result: dg.ExecuteInProcessResult,
    started: float,
    failures: list[str] | None = None,
) -> Outcome:
    sentence = root_sentence(result.all_events) or _left_out(result) or "a step failed"
    job = result.dagster_run.job_name
    return _told_of(settings, company, job, result.run_id, sentence, started, failures or [])


def _told_of(
    settings: Settings,
    company: Company,
    job: str,
    run_id: str,
    sentence: str,
    started: float,
    failures: list[str],
) -> Outcome:
    """Tells the owner too: a run that a person started may have been started by their cron."""
    from alerting.decide import report_failed_run
    from alerting.deliver import deliver
    from warehouse.operational_store import open_store

    store = open_store(settings)
    report_failed_run(store, settings, company, job=job, run_id=run_id, reason=sentence)
    deliver(store, settings, company, run_id)
    shown = f"{sentence} (run {run_id}; what was published before stays)"
    return Outcome("failed", settings, run_id, "", time.monotonic() - started, [*failures, shown])


def _tell_of_sources(settings: Settings, company: Company, run_id: str) -> None:
    """Nobody else would: no rebuild follows, and there may be no daemon."""
    from alerting.decide import report_stale_sources
    from alerting.deliver import deliver
    from warehouse.operational_store import open_store

    store = open_store(settings)
    report_stale_sources(store, settings, company, promises_of(settings, company), run_id)
    deliver(store, settings, company, run_id)


def publish_again(settings: Settings) -> str:
    """Publishes the working file's tables as a new version, under the lock; what gate 2 refused stays refused."""
    from metrics.live_page import write
    from warehouse import working_file
    from warehouse.operational_store import open_store
    from warehouse.publish import publish

    if not settings.working_file.exists():
        raise CmwError(f"There is nothing to publish: {settings.working_file} does not exist", "Run `cmw run` first")
    with writer_lock(settings, run_id="publish"), working_file.connect(settings) as connection:
        company = load_company(settings)
        version = publish(
            connection,
            open_store(settings),
            settings,
            "publish",
            as_of_date=business_today(settings, company),
            gate_passed=bool(handover.take(settings, "gate_passed", False)),
            not_rebuilt=set(handover.take(settings, "not_rebuilt", [])),
        ).version_id
    write(settings, company)
    return version
