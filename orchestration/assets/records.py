"""What is kept for good: the values of closed periods, and the health scores of past weeks."""

import dagster as dg

from metrics.closing import close_periods, summary
from metrics.health_history import keep_health
from orchestration.keys import CHECK_RESULTS, PLATFORM
from orchestration.resources import CompanyRun
from warehouse.clock import load_time

CLOSED_MONTHS = dg.AssetKey(["records", "closed_months"])
HEALTH_HISTORY = dg.AssetKey(["records", "health_history"])


@dg.asset(
    key=CLOSED_MONTHS,
    deps=[CHECK_RESULTS],
    group_name="records",
    owners=PLATFORM,
    description="Values of closed weeks, months, quarters and years as reported; later changes do not touch them.",
)
def closed_months(run: CompanyRun) -> dg.MaterializeResult:
    with run.working_file() as connection:
        periods = close_periods(
            connection,
            run.store,
            as_of=run.today,
            closing_day=run.company.closing_business_day,
            moment=load_time(run.settings, run.company),
            run_id=run.run_id,
        )
    return dg.MaterializeResult(metadata={"closed": summary(periods) or "none"})


@dg.asset(
    key=HEALTH_HISTORY,
    deps=[CHECK_RESULTS],
    group_name="records",
    owners=PLATFORM,
    description="Health scores of each week as they stood; a later run never changes them.",
)
def health_history(run: CompanyRun) -> dg.MaterializeResult:
    with run.working_file() as connection:
        added = keep_health(
            connection,
            run.store,
            run.company,
            moment=load_time(run.settings, run.company),
            run_id=run.run_id,
        )
    return dg.MaterializeResult(metadata={"rows_added": added})
