"""What is made of a published version for people who read: the metric catalogue with its current values."""

import dagster as dg

from metrics.live_page import write
from orchestration.keys import PLATFORM, PUBLISHED
from orchestration.resources import CompanyRun


@dg.asset(
    key=dg.AssetKey(["published", "metric_catalogue_page"]),
    deps=[PUBLISHED],
    group_name="published",
    owners=PLATFORM,
    description="Definition, lineage, current value, chart and owner of every metric, in one file that opens offline.",
)
def metric_catalogue_page(run: CompanyRun) -> dg.MaterializeResult:
    path = write(run.settings, run.company)
    return dg.MaterializeResult(metadata={"path": str(path) if path else "no metrics have been published yet"})
