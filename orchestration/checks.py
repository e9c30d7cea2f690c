"""Quality results as Dagster asset checks: the same names, severities and failing keys."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import dagster as dg

KeyOf = Callable[[str], dg.AssetKey]
SHOWN_KEYS = 20


def check_specs(rules: Iterable[Any], key_of: KeyOf, additional_deps: list[dg.AssetKey] | None = None) -> list:
    """One spec a rule; the asset is what ``key_of`` makes of the rule's table."""
    return [
        dg.AssetCheckSpec(
            rule.name,
            asset=key_of(rule.table),
            additional_deps=additional_deps,
            description=f"{rule.reason.en} · {rule.reason.zh}",
            metadata={"owner": rule.owner, "dimension": rule.dimension},
        )
        for rule in rules
    ]


def _severity(check: dict[str, Any]) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if check["severity"] == "critical" else dg.AssetCheckSeverity.WARN


def to_dagster(checks: Iterable[dict[str, Any]], key_of: KeyOf) -> Iterator[dg.AssetCheckResult]:
    """Results as left by a gate. Never blocking: what a broken table feeds is left out by the dbt step instead."""
    merged: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for check in checks:
        merged.setdefault((check["table_name"], check["check_name"]), []).append(check)
    for (table, name), parts in merged.items():
        worst = next((part for part in parts if not part["passed"]), parts[0])
        keys = [str(key) for part in parts for key in part["failed_keys"]][:SHOWN_KEYS]
        yield dg.AssetCheckResult(
            asset_key=key_of(table),
            check_name=name,
            passed=all(part["passed"] for part in parts),
            severity=_severity(worst),
            metadata={
                "checked": sum(part["checked_count"] or 0 for part in parts),
                "failed": sum(part["failed_count"] or 0 for part in parts),
                "failing_keys": ", ".join(keys) or "none",
                "observed": str(worst.get("observed") or ""),
                "reason": str(worst.get("reason") or ""),
                "owner": str(worst.get("owner") or ""),
            },
        )
