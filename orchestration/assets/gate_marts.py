"""Gate 2: rules on marts and the invariants; its results decide whether this run's marts are published."""

import dagster as dg

from orchestration import checks, handover
from orchestration.dbt_tests import as_checks
from orchestration.keys import CHECK_RESULTS, METRIC_VALUES, PLATFORM, table_key
from orchestration.progress import report
from orchestration.resources import CompanyRun
from quality import gate_marts, tables
from quality.rulebook import load_mart_rules

SPECS = checks.check_specs(load_mart_rules(), table_key, CHECK_RESULTS)


@dg.asset(
    key=CHECK_RESULTS,
    deps=[METRIC_VALUES],
    group_name="quality",
    owners=PLATFORM,
    kinds={"greatexpectations", "duckdb"},
    description="Every rule's result at both gates and of dbt's tests, with the failing keys.",
)
def check_results(run: CompanyRun) -> dg.MaterializeResult:
    report("step", {"name": "gate 2"})
    raw_checks = checks.restored(handover.take(run.settings, "raw_checks", []))
    dbt_checks = as_checks(run.settings)
    with run.working_file() as connection:
        broken = handover.take(run.settings, "broken_entities", [])
        not_rebuilt = handover.take(run.settings, "not_rebuilt", []) if broken else []
        result = gate_marts.judge(connection, run.settings, run.company, run.run_id, not_rebuilt=not_rebuilt)
        tables.write(connection, run.settings, run.run_id, raw_checks, result.checks, dbt_checks)
    handover.leave(run.settings, "mart_checks", result.checks)
    failed = [check for check in [*result.checks, *dbt_checks] if check.is_error]
    handover.leave(run.settings, "gate_passed", not failed)
    report("gate", {"checks": len(result.checks) + len(dbt_checks), "failed": len(failed), "held": None})
    for check in failed:
        report("finding", {"text": f"{check.table_name}: {check.check_name}: {check.observed}"})
    return dg.MaterializeResult(
        metadata={"checks": len(result.checks) + len(dbt_checks), "failed_critical": len(failed)}
    )


@dg.multi_asset_check(name="mart_checks", specs=SPECS, can_subset=True)
def mart_checks(run: CompanyRun):
    """Shows gate 2's results beside the tables that they judge."""
    yield from checks.to_dagster(handover.take(run.settings, "mart_checks", []), table_key, {s.key for s in SPECS})
