"""Gate 1: what has just landed is judged; bad rows are held back, a broken table keeps its last good state."""

import dagster as dg

from orchestration import checks, handover
from orchestration.assets.raw import raw_specs
from orchestration.keys import PLATFORM, VERDICTS, raw_key
from orchestration.progress import report
from orchestration.promises import promises_of
from orchestration.resources import CompanyRun
from quality.gate_raw import judge
from quality.rulebook import load_raw_rules

SPECS = checks.check_specs(load_raw_rules(), raw_key, VERDICTS)


@dg.asset(
    key=VERDICTS,
    deps=[spec.key for spec in raw_specs()],
    group_name="quality",
    owners=PLATFORM,
    kinds={"parquet", "greatexpectations"},
    description="Verdicts of the rules on raw rows: key, row version, rule. Staging leaves these rows out.",
)
def verdicts(run: CompanyRun) -> dg.MaterializeResult:
    report("step", {"name": "gate 1"})
    promises = promises_of(run.settings, run.company)
    expected = {system: promise.expected_every for system, promise in promises.items()}
    result = judge(run.settings, run.company, run.run_id, expected_every=expected, report=report)
    handover.leave(run.settings, "judged_checks", result.checks)
    judged = handover.take(run.settings, "judged_checks", [])
    known = handover.take(run.settings, "raw_checks", [])
    handover.leave(run.settings, "raw_checks", checks.merge(known, judged))
    handover.leave(run.settings, "broken_entities", sorted(result.broken_entities))
    pending = set(handover.take(run.settings, "rejudged_entities", []))
    handover.leave(run.settings, "rejudged_entities", sorted(pending | set(result.rejudged_entities)))
    report("gate", {"checks": len(result.checks), "failed": len(result.failed), "held": result.held_rows})
    return dg.MaterializeResult(
        metadata={
            "held_rows": result.held_rows,
            "checks": len(result.checks),
            "failed_checks": len(result.failed),
            "broken_tables": ", ".join(sorted(result.broken_entities)) or "none",
        }
    )


@dg.multi_asset_check(name="raw_checks", specs=SPECS, can_subset=True)
def raw_checks(run: CompanyRun):
    """Shows gate 1's results beside the tables that they judge; a rule with nothing new to judge its last one."""
    yield from checks.to_dagster(handover.take(run.settings, "raw_checks", []), raw_key, {s.key for s in SPECS})
