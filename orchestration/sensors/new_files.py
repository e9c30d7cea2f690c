"""Files that people put into a source's folder start a refresh."""

import hashlib
import json

import dagster as dg

from ingestion.new_files import waiting_files
from orchestration import environment
from orchestration.jobs import AFTER_THE_OTHER
from warehouse.company import load_company

JOB = "refresh"


@dg.sensor(
    job_name=JOB,
    description="Files that people put into a source's folder start a refresh, once they are complete.",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def new_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Starts one refresh for files that were not read yet and did not change since the last look.

    A file that is still growing waits for the next look. One that a run sets aside starts no second run until it
    is sent again.
    """
    settings = environment.prepare()
    waiting = waiting_files(settings, load_company(settings))
    before = json.loads(context.cursor) if context.cursor else {}
    whole = {name: stamp for name, stamp in waiting.items() if before.get(name) == stamp}
    cursor = json.dumps(waiting, sort_keys=True)
    if not waiting:
        context.update_cursor(cursor)
        return dg.SkipReason("no new files")
    if not whole:
        context.update_cursor(cursor)
        return dg.SkipReason(f"{len(waiting)} new file(s), perhaps not yet complete")
    key = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]
    request = dg.RunRequest(run_key=key, run_config=AFTER_THE_OTHER, tags={"cmw/new_files": str(len(whole))})
    return dg.SensorResult(run_requests=[request], cursor=cursor)
