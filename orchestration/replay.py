"""`cmw run --as-of DATE`: what was known on DATE, rebuilt beside the published tables and never in their place.

No source is read, nobody is alerted, no period is closed. The run is recorded with the company's other runs.
"""

import shutil
import time
from datetime import date

import dagster as dg

from identity.as_known import ENTITIES, copy_as_known
from ingestion.as_known import Moment, known_keys, write_log_as_known
from orchestration import environment, handover
from orchestration.dbt_parse import CMW_DBT
from orchestration.dbt_station import station
from orchestration.errors import root_sentence, stopping_plainly, was_stopped
from orchestration.execute import QUIET_CONSOLE
from orchestration.instance import open_instance, process_tags, retire_dead_runs
from orchestration.outcome import Outcome
from orchestration.progress import report
from orchestration.run_state import last_complete
from warehouse.company import Company, load_company
from warehouse.lock import writer_lock
from warehouse.operational_store import open_store
from warehouse.replay import clear, copy_records, end_of_day, in_replay, replay_day, replay_settings
from warehouse.settings import Settings

REPLAY = "replay"
DBT_FILES = ("manifest.json", "semantic_manifest.json", "parsed.txt", "partial_parse.msgpack", "metric_queries.json")


def replay_company(settings: Settings, day_text: str, *, wait_seconds: int = 0) -> Outcome:
    """Rebuilds what was known at the end of the day in CMW_HOME/as_of/<day>.

    Raises CmwError for a day in the future, one before the data, and while the same day is being replayed.
    """
    started = time.monotonic()
    company = load_company(settings)
    day = replay_day(day_text, settings, company)
    replay = replay_settings(settings, day)
    with open_instance(settings) as instance:
        retire_dead_runs(instance)
        with writer_lock(replay, run_id=REPLAY, wait_seconds=wait_seconds):
            report("step", {"name": "as known"})
            clear(replay)
            _prepare(settings, replay, company, day)
        try:
            with in_replay(replay, day), stopping_plainly(), station(CMW_DBT):
                result = _run(replay, instance, day, wait_seconds)
                good = bool(handover.take(replay, "gate_passed", False))
                version = str(last_complete(replay).get("version", ""))
        finally:
            environment.prepare(settings)
    seconds = time.monotonic() - started
    if not result.success and was_stopped(result.all_events):
        raise KeyboardInterrupt
    if not result.success:
        sentence = root_sentence(result.all_events) or "a step failed"
        return Outcome("failed", replay, result.run_id, "", seconds, [f"{sentence} (run {result.run_id})"])
    return Outcome("replayed" if good else "replay_refused", replay, result.run_id, version, seconds)


def _prepare(settings: Settings, replay: Settings, company: Company, day: date) -> None:
    """The replay's folder: the log and the operational store as known, and the parsed dbt project."""
    until = end_of_day(day, company)
    log = write_log_as_known(settings, replay, Moment(day, until))
    report("as_known", {"rows": sum(file.rows for file in log.files), "files": len(log.files_of_all())})
    real_store = open_store(settings)
    with in_replay(replay, day):
        store = open_store(replay)
    copy_as_known(real_store, store, until, known_keys(replay, ENTITIES))
    copy_records(real_store, store, until)
    for engine in (real_store, store):
        engine.dispose()
    replay.dbt_target.mkdir(parents=True, exist_ok=True)
    for name in DBT_FILES:
        if (settings.dbt_target / name).exists():
            shutil.copyfile(settings.dbt_target / name, replay.dbt_target / name)


def _run(replay: Settings, instance: dg.DagsterInstance, day: date, wait_seconds: int) -> dg.ExecuteInProcessResult:
    options = {"is_replay": True, "wait_seconds": wait_seconds}
    return (
        _build_defs(replay)
        .resolve_job_def(REPLAY)
        .execute_in_process(
            instance=instance,
            run_config={"resources": {"run": {"config": options}}, **QUIET_CONSOLE},
            tags={**process_tags(), "cmw/started_by": "command line", "cmw/as_of": day.isoformat()},
            raise_on_error=False,
        )
    )


def _build_defs(replay: Settings) -> dg.Definitions:
    """The steps of a run without reading, closing and alerts."""
    from orchestration.assets.dbt import build_dbt_assets
    from orchestration.assets.gate_marts import check_results
    from orchestration.assets.gate_raw import verdicts
    from orchestration.assets.identity import identity_resolved
    from orchestration.assets.metrics import build_metrics_asset
    from orchestration.assets.publish import published
    from orchestration.dbt_files import dbt_resource
    from orchestration.dbt_parse import load_manifest
    from orchestration.jobs import build_job
    from orchestration.resources import CompanyRun

    environment.prepare(replay)
    dbt = build_dbt_assets(load_manifest(replay))
    tables = sorted(key for assets in dbt for key in assets.keys if key.path[0] in ("core", "marts"))
    assets = [verdicts, *dbt, identity_resolved, build_metrics_asset(tables), check_results, published]
    job = build_job(REPLAY, dg.AssetSelection.assets(*assets).without_checks(), "What was known on an earlier day.")
    return dg.Definitions(assets=assets, jobs=[job], resources={"run": CompanyRun(), "dbt": dbt_resource(replay)})
