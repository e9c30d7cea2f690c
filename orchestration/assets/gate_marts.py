"""Gate 2: rules on marts and the invariants; its results decide whether this run's marts are published."""

import dagster as dg
from ingestion.loads import recent_loads

from orchestration import handover
from orchestration.checks import check_specs, to_dagster
from orchestration.dbt_tests import as_checks
from orchestration.keys import CHECK_RESULTS, METRIC_VALUES, table_key
from orchestration.progress import report
from orchestration.resources import CompanyRun
from quality import gate_marts, tables
from quality.rules import load_rules
from warehouse import working_file


@dg.asset(
    key=CHECK_RESULTS,
    deps=[METRIC_VALUES],
    group_name="quality",
    kinds={"greatexpectations", "duckdb"},
    description="Every rule's result at both gates and of dbt's tests, with the failing keys.",
)
def check_results(run: CompanyRun) -> dg.MaterializeResult:
    run.take_lock()
    report("step", {"name": "gate 2"})
    raw_checks = handover.take(run.settings, "raw_checks", [])
    dbt_checks = as_checks(run.settings)
    with working_file.connect(run.settings) as connection:
        result = gate_marts.judge(connection, run.settings, run.company, run.run_id)
        tables.write(
            connection, run.settings, run.run_id, raw_checks, result.checks, dbt_checks, recent_loads(run.settings)
        )
    handover.leave(run.settings, "mart_checks", result.checks)
    failed = [check for check in [*result.checks, *dbt_checks] if not check.passed and check.severity == "critical"]
    handover.leave(run.settings, "marts_are_good", not failed)
    return dg.MaterializeResult(
        metadata={"checks": len(result.checks) + len(dbt_checks), "failed_critical": len(failed)}
    )


@dg.multi_asset_check(
    name="mart_checks",
    specs=check_specs(load_rules("marts"), table_key, additional_deps=[CHECK_RESULTS]),
    can_subset=True,
)
def mart_checks(run: CompanyRun):
    """Shows gate 2's results beside the tables that they judge."""
    yield from to_dagster(handover.take(run.settings, "mart_checks", []), table_key)
