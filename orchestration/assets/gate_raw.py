"""Gate 1: what has just landed is judged; bad rows are held back, a broken table keeps its last good state."""

import dagster as dg
from quality.gate_raw import judge

from ingestion.sources import load_sources
from orchestration import handover
from orchestration.assets.raw import raw_specs
from orchestration.checks import check_specs, to_dagster
from orchestration.keys import VERDICTS, raw_key
from orchestration.progress import report
from orchestration.resources import CompanyRun
from quality.rules import load_rules


@dg.asset(
    key=VERDICTS,
    deps=[spec.key for spec in raw_specs()],
    group_name="quality",
    kinds={"parquet", "greatexpectations"},
    description="Verdicts of the rules on raw rows: key, row version, rule. Staging leaves these rows out.",
)
def verdicts(run: CompanyRun) -> dg.MaterializeResult:
    expected = {source.source_system: source.expected_every for source in load_sources(run.settings, run.company)}
    result = judge(run.settings, run.company, run.run_id, expected_every=expected, report=report)
    handover.leave(run.settings, "raw_checks", result.checks)
    handover.leave(run.settings, "broken_entities", sorted(result.broken_entities))
    pending = set(handover.take(run.settings, "rejudged_entities", []))
    handover.leave(run.settings, "rejudged_entities", sorted(pending | set(result.rejudged_entities)))
    return dg.MaterializeResult(
        metadata={
            "held_rows": result.held_rows,
            "checks": len(result.checks),
            "failed_checks": sum(not check.passed for check in result.checks),
            "broken_tables": ", ".join(sorted(result.broken_entities)) or "none",
        }
    )


@dg.multi_asset_check(
    name="raw_checks",
    specs=check_specs(load_rules("raw"), raw_key, additional_deps=[VERDICTS]),
    can_subset=True,
)
def raw_checks(run: CompanyRun):
    """Shows gate 1's results beside the tables that they judge."""
    yield from to_dagster(handover.take(run.settings, "raw_checks", []), raw_key)
