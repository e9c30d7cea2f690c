"""The reading half of a run. It imports neither dbt nor Great Expectations nor MetricFlow,

so that a run with nothing new ends quickly.
"""

import dagster as dg

from orchestration.assets.gate_raw import raw_checks, verdicts
from orchestration.assets.raw import raw_entities
from orchestration.jobs import build_job
from orchestration.resources import CompanyRun

INGEST_ASSETS = [raw_entities, verdicts, raw_checks]
INGEST_SELECTION = dg.AssetSelection.assets(raw_entities, verdicts)
READ_JOB = build_job("read", INGEST_SELECTION, "Read all sources and judge what is new.")


def build_ingest_defs() -> dg.Definitions:
    return dg.Definitions(assets=INGEST_ASSETS, jobs=[READ_JOB], resources={"run": CompanyRun()})
