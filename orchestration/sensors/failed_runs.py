"""A run that failed is told to the data platform's owner, once for each job."""

import dagster as dg

from alerting.decide import report_failed_run
from orchestration.errors import root_sentence
from orchestration.sensors.tell import tell


@dg.run_failure_sensor(
    description="A run that failed is told to the data platform's owner, once for each job.",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    """Tells of runs that the daemon sees fail; `cmw run` tells of its own."""
    run = context.dagster_run
    sentence = root_sentence(context.get_step_failure_events()) or context.failure_event.message or "the run failed"
    told = tell(
        lambda store, settings, company: report_failed_run(
            store, settings, company, job=run.job_name, run_id=run.run_id, reason=sentence
        ),
        run.run_id,
    )
    context.log.info(f"{run.job_name} failed: {told['sent']} message(s) sent")
