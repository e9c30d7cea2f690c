"""Checks that failed in a run which succeeded and did not itself come as far as alerts."""

import dataclasses
from typing import Any

import dagster as dg

from alerting.decide import report_failed_checks
from orchestration import environment, handover
from orchestration.dbt_tests import as_checks
from orchestration.keys import ALERTS_DECIDED, raw_key, table_key
from orchestration.sensors.tell import tell
from warehouse.settings import Settings

CHECKS = dg.DagsterEventType.ASSET_CHECK_EVALUATION


def _failed(context: dg.RunStatusSensorContext) -> set[dg.AssetCheckKey]:
    events = context.instance.all_logs(context.dagster_run.run_id, of_type=CHECKS)
    found = (event.get_dagster_event().asset_check_evaluation_data for event in events)
    return {evaluation.asset_check_key for evaluation in found if not evaluation.passed}


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    description="Failed checks of runs that decide no alerts, such as `read`, are told to the tables' owners.",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
)
def failed_checks_of_good_runs(context: dg.RunStatusSensorContext) -> None:
    """A run that decides alerts has told its failed checks already.

    Others have not: `read`, and checks or single tables that somebody runs in Dagster.
    """
    run_id = context.dagster_run.run_id
    materialized = context.instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    if any(event.get_dagster_event().asset_key == ALERTS_DECIDED for event in materialized):
        return
    failed = _failed(context)
    if not failed:
        return
    known = _known(environment.prepare())
    if not any(_key(check) in failed and not check["passed"] for check in known):
        return  # a later run has judged them again
    # Together with what was known to fail: an alert lists all of its owner's failed checks, whoever ran them.
    told = tell(lambda store, settings, company: report_failed_checks(store, settings, company, known, run_id), run_id)
    context.log.info(f"{len(failed)} failed check(s): {told['sent']} message(s) sent")


def _known(settings: Settings) -> list[dict[str, Any]]:
    """The last result of every rule and of every dbt test."""
    gates = [*handover.take(settings, "raw_checks", []), *handover.take(settings, "mart_checks", [])]
    return [*gates, *(dataclasses.asdict(check) for check in as_checks(settings))]


def _key(check: dict[str, Any]) -> dg.AssetCheckKey:
    """Where Dagster shows it: gates by dimension (orchestration/checks.py), dbt's tests by name."""
    if check["gate"] == "raw":
        return dg.AssetCheckKey(raw_key(check["table_name"]), check["dimension"])
    name = check["check_name"] if check["gate"] == "dbt" else check["dimension"]
    return dg.AssetCheckKey(table_key(check["table_name"]), name)
