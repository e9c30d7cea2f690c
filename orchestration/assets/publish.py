"""The end of a run: decide alerts, publish, and only then deliver."""

import dagster as dg

from alerting.decide import decide
from alerting.deliver import deliver, print_line
from orchestration import handover, run_state
from orchestration.keys import ALERTS_DECIDED, ALERTS_DELIVERED, CHECK_RESULTS, PLATFORM, PUBLISHED
from orchestration.progress import is_watched, report
from orchestration.promises import promises_of
from orchestration.resources import CompanyRun
from warehouse.publish import publish


@dg.asset(
    key=ALERTS_DECIDED,
    deps=[CHECK_RESULTS],
    group_name="alerts",
    owners=PLATFORM,
    description="Breached limits, failed checks, churn warnings and stale sources: one message per cause and owner.",
)
def alerts_decided(run: CompanyRun) -> dg.MaterializeResult:
    with run.working_file() as connection:
        promises = promises_of(run.settings, run.company)
        good = bool(handover.take(run.settings, "gate_passed", False))
        alerts = decide(connection, run.store, run.settings, run.company, promises, run.run_id, good)
    report("alerts", {"count": len(alerts)})
    return dg.MaterializeResult(metadata={"alerts": len(alerts)})


@dg.asset(
    key=PUBLISHED,
    deps=[CHECK_RESULTS, ALERTS_DECIDED],
    group_name="published",
    owners=PLATFORM,
    kinds={"duckdb", "parquet"},
    description="One read-only folder per version and one pointer, replaced atomically.",
)
def published(context: dg.AssetExecutionContext, run: CompanyRun) -> dg.MaterializeResult:
    report("step", {"name": "publish"})
    good = bool(handover.take(run.settings, "gate_passed", False))
    with run.working_file() as connection:
        version = publish(
            connection,
            run.store,
            run.settings,
            run.run_id,
            as_of_date=run.today,
            gate_passed=good,
            not_rebuilt=set(handover.take(run.settings, "not_rebuilt", [])),
        ).version_id
    run_state.remember(run.settings, run_state.begun(run.settings), version)
    if not good:
        context.log.warning("Gate 2 failed: the last good marts were published again, with the new quality tables.")
    report("published", {"version": version, "good": good})
    return dg.MaterializeResult(metadata={"version": version, "gate_passed": good})


@dg.asset(
    key=ALERTS_DELIVERED,
    deps=[PUBLISHED],
    group_name="alerts",
    owners=PLATFORM,
    description="Sent to the owners' channels; recorded as sent only when sent.",
)
def alerts_delivered(run: CompanyRun) -> dg.MaterializeResult:
    show = (lambda text: report("message", {"text": text})) if is_watched() else print_line
    deliveries = deliver(run.store, run.settings, run.company, run.run_id, console=show)
    sent = sum(delivery.status == "sent" for delivery in deliveries)
    report("delivered", {"sent": sent, "failed": len(deliveries) - sent})
    return dg.MaterializeResult(metadata={"sent": sent, "failed": len(deliveries) - sent})
