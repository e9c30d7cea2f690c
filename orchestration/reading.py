"""The reading half of a run. It imports neither dbt nor Great Expectations nor MetricFlow,

so that a run with nothing new ends quickly.
"""

import dagster as dg

from orchestration.assets.gate_raw import verdicts
from orchestration.assets.raw import raw_entities
from orchestration.jobs import build_job
from orchestration.resources import CompanyRun

READ_ASSETS = [raw_entities, verdicts]
READ_SELECTION = dg.AssetSelection.assets(*READ_ASSETS).without_checks()
READ_JOB = build_job("read", READ_SELECTION, "Read all sources and judge what is new.")


def build_read_defs() -> dg.Definitions:
    return dg.Definitions(assets=READ_ASSETS, jobs=[READ_JOB], resources={"run": CompanyRun()})
