"""Jobs run in one process: a process a step costs about four seconds of CPU."""

import dagster as dg


def build_job(name: str, selection: dg.AssetSelection, description: str):
    return dg.define_asset_job(
        name, selection=selection, description=description, executor_def=dg.in_process_executor, tags={"cmw/job": name}
    )
