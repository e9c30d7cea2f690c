"""The reading half of a run. It imports neither dbt nor Great Expectations nor MetricFlow,

so that a run with nothing new ends quickly. On the command line the rebuild shows the checks; where Dagster reads
alone, the same job shows them itself, so that failed ones are told.
"""

import dagster as dg

from orchestration.assets.gate_raw import raw_checks, verdicts
from orchestration.assets.raw import raw_entities
from orchestration.jobs import build_job
from orchestration.resources import CompanyRun

READ_ASSETS = [raw_entities, verdicts]
READ_SELECTION = dg.AssetSelection.assets(*READ_ASSETS).without_checks()
READ, _TITLE = "read", "Read all sources and judge what is new."
READ_JOB = build_job(READ, READ_SELECTION, _TITLE)
READ_AND_SHOW_JOB = build_job(READ, READ_SELECTION | dg.AssetSelection.checks(raw_checks), _TITLE)


def build_read_defs() -> dg.Definitions:
    return dg.Definitions(assets=READ_ASSETS, jobs=[READ_JOB], resources={"run": CompanyRun()})
