"""dbt's own test results in the shape of the gates, so that they reach quality.check_results and alerts."""

from typing import Any

from orchestration import handover
from orchestration.dbt_parse import load_manifest
from warehouse.check_result import CheckResult
from warehouse.settings import Settings

STEPS = ("staging", "warehouse")
DIMENSIONS = {
    "unique_grain": "uniqueness",
    "unique": "uniqueness",
    "not_null": "completeness",
    "relationships": "integrity",
}
PASSED = {"pass", "skipped"}


def as_checks(settings: Settings) -> list[CheckResult]:
    """Every dbt test of the run that has just ended. A test skipped with its table is not judged."""
    results = [result for step in STEPS for result in handover.take(settings, f"dbt_tests_{step}", [])]
    nodes = load_manifest(settings)["nodes"] if results else {}
    return [
        _check(nodes, nodes[result["unique_id"]], result)
        for result in results
        if result["unique_id"] in nodes and result["status"] != "skipped"
    ]


def _check(nodes: dict[str, Any], test: dict[str, Any], result: dict[str, Any]) -> CheckResult:
    model = nodes.get(test.get("attached_node") or _tested(test)) or {}
    model_test = test.get("test_metadata") or {}
    kind = model_test.get("name", "singular")
    failures = result["failures"] or 0
    severity = (test["config"].get("severity") or "error").lower()
    passed = result["status"] == "pass"
    return CheckResult(
        check_name=test["name"],
        gate="dbt",
        table_name=f"{model['schema']}.{model['name']}" if model else test["name"],
        source_system="",
        dimension=DIMENSIONS.get(kind, "consistency"),
        severity="critical" if severity == "error" else "warning",
        owner=(model.get("config", {}).get("meta") or model.get("meta") or {}).get("owner", "data-platform"),
        passed=passed,
        checked_count=1,
        failed_count=0 if passed else 1,
        # what joins tables is named by the sentence that must hold
        reason=test.get("description") or (f"dbt test {kind}" if model_test else test["name"].replace("_", " ")),
        observed=""
        if result["status"] == "pass"
        else f"{failures} failing row(s); {result['message'] or ''}".strip("; "),
    )


def _tested(test: dict[str, Any]) -> str:
    models = [node for node in test["depends_on"]["nodes"] if node.startswith("model.")]
    return models[-1] if models else ""
