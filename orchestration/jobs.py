"""Jobs run in one process: a process a step costs about four seconds of CPU."""

import dagster as dg

# What nobody starts by hand waits for a run that is under way, such as a `cmw run`: most are over by then.
AFTER_THE_OTHER = {"resources": {"run": {"config": {"wait_seconds": 900}}}}


def build_job(name: str, selection: dg.AssetSelection, description: str):
    return dg.define_asset_job(
        name, selection=selection, description=description, executor_def=dg.in_process_executor, tags={"cmw/job": name}
    )
