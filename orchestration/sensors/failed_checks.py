"""Checks that failed in a run which succeeded and did not itself come as far as alerts."""

import dagster as dg

from alerting.decide import report_failed_checks
from orchestration import environment, handover
from orchestration.keys import ALERTS_DECIDED, raw_key, table_key
from orchestration.sensors.tell import tell

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
    """A run that decides alerts has told its failed checks already; others, such as `read`, have not."""
    materialized = context.instance.all_logs(
        context.dagster_run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
    )
    if any(event.get_dagster_event().asset_key == ALERTS_DECIDED for event in materialized):
        return
    failed = _failed(context)
    if not failed:
        return
    settings = environment.prepare()
    known = [*handover.take(settings, "raw_checks", []), *handover.take(settings, "mart_checks", [])]
    results = [
        check
        for check in known
        if dg.AssetCheckKey(_asset(check), check["dimension"]) in failed and not check["passed"]
    ]
    run_id = context.dagster_run.run_id
    told = tell(
        lambda store, settings, company: report_failed_checks(store, settings, company, results, run_id), run_id
    )
    context.log.info(f"{len(results)} failed check(s): {told['sent']} message(s) sent")


def _asset(check: dict) -> dg.AssetKey:
    return raw_key(check["table_name"]) if check["gate"] == "raw" else table_key(check["table_name"])
