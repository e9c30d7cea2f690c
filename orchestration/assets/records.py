"""What is kept for good: the values of closed months, and the health scores of past weeks."""

import dagster as dg

from metrics.closing import close_months
from metrics.health_history import keep_health
from orchestration.keys import CHECK_RESULTS
from orchestration.resources import CompanyRun
from warehouse import working_file
from warehouse.clock import business_today, load_time
from warehouse.operational_store import open_store

CLOSED_MONTHS = dg.AssetKey(["records", "closed_months"])
HEALTH_HISTORY = dg.AssetKey(["records", "health_history"])


@dg.asset(
    key=CLOSED_MONTHS,
    deps=[CHECK_RESULTS],
    group_name="records",
    description="Values of closed months as they were reported; later changes do not touch them.",
)
def closed_months(run: CompanyRun) -> dg.MaterializeResult:
    run.take_lock()
    with working_file.connect(run.settings) as connection:
        months = close_months(
            connection,
            open_store(run.settings),
            as_of=business_today(run.settings, run.company),
            closing_day=run.company.closing_business_day,
            moment=load_time(run.settings, run.company),
            run_id=run.run_id,
        )
    return dg.MaterializeResult(metadata={"closed": ", ".join(f"{month:%Y-%m}" for month in months) or "none"})


@dg.asset(
    key=HEALTH_HISTORY,
    deps=[CHECK_RESULTS],
    group_name="records",
    description="Health scores of each week as they stood; a later run never changes them.",
)
def health_history(run: CompanyRun) -> dg.MaterializeResult:
    run.take_lock()
    with working_file.connect(run.settings) as connection:
        added = keep_health(
            connection,
            open_store(run.settings),
            run.company,
            moment=load_time(run.settings, run.company),
            run_id=run.run_id,
        )
    return dg.MaterializeResult(metadata={"rows_added": added})
