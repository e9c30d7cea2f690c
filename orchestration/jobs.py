"""The jobs: read only, rebuild only, and both. All run in one process: a process a step costs seconds of CPU."""

import dagster as dg

INGEST = ["extract", "verdicts", "raw_checks"]


def ingest_selection() -> dg.AssetSelection:
    return dg.AssetSelection.key_prefixes("raw") | dg.AssetSelection.assets(dg.AssetKey(["quality", "verdicts"]))


def build_job(name: str, selection: dg.AssetSelection, description: str):
    return dg.define_asset_job(
        name, selection=selection, description=description, executor_def=dg.in_process_executor, tags={"cmw/job": name}
    )
