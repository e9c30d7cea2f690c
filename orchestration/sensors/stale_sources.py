"""Sources that have brought nothing for longer than their owner allows."""

import dagster as dg

from alerting.decide import report_stale_sources
from orchestration.promises import promises_of
from orchestration.sensors.tell import tell


@dg.sensor(
    description="A source that could not be read, was not read, or brings nothing new is told to its owner.",
    minimum_interval_seconds=900,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def stale_sources(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Looks at the change log only; it starts no run."""
    told = tell(
        lambda store, settings, company: report_stale_sources(
            store, settings, company, promises_of(settings, company), "sensor"
        ),
        "sensor",
    )
    return dg.SkipReason(f"{told['alerts']} alert(s) open, {told['sent']} message(s) sent")
