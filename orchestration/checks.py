"""Quality results as Dagster asset checks: the same names, severities and failing keys."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import dagster as dg

from quality.rulebook import EntityRules
from warehouse.check_result import CheckResult

KeyOf = Callable[[str], dg.AssetKey]
Check = dict[str, Any]


def check_specs(rulebook: Mapping[str, EntityRules], key_of: KeyOf, gate: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """One spec a rule, shown after the gate has judged; ``key_of`` names the asset of a rule's table."""
    return [
        dg.AssetCheckSpec(
            rule.name,
            asset=key_of(table),
            additional_deps=[gate],
            description=f"{rule.reason.en} · {rule.reason.zh}",
            metadata={"owner": rule.owner, "dimension": rule.dimension, "severity": rule.severity},
        )
        for table, rules in rulebook.items()
        for rule in rules.rules
    ]


def restored(checks: Iterable[Check]) -> list[CheckResult]:
    """Results as objects again, after the handover."""
    return [
        CheckResult(
            **{**check, "judged_at": datetime.fromisoformat(check["judged_at"]) if check["judged_at"] else None}
        )
        for check in checks
    ]


def merge(known: Iterable[Check], judged: Iterable[Check]) -> list[Check]:
    """The latest result of every rule: a run judges only what is new, the others keep their last result."""
    latest = {}
    for check in [*known, *judged]:
        latest[check["table_name"], check["check_name"], check["source_system"]] = check
    return [latest[key] for key in sorted(latest)]


def to_dagster(checks: Iterable[Check], key_of: KeyOf, known: set[dg.AssetCheckKey]) -> Iterator[dg.AssetCheckResult]:
    """Results as left by a gate. Never blocking: what a broken table feeds is left out by the dbt step instead."""
    by_rule: dict[dg.AssetCheckKey, list[Check]] = {}
    for check in checks:
        by_rule.setdefault(dg.AssetCheckKey(key_of(check["table_name"]), check["check_name"]), []).append(check)
    for rule, parts in by_rule.items():
        if rule not in known:
            continue
        worst = next((part for part in parts if not part["passed"]), parts[0])
        critical = worst["severity"] == "critical"
        yield dg.AssetCheckResult(
            asset_key=rule.asset_key,
            check_name=rule.name,
            passed=all(part["passed"] for part in parts),
            severity=dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN,
            metadata={
                "checked": sum(part["checked_count"] for part in parts),
                "failed": sum(part["failed_count"] for part in parts),
                "failing_keys": ", ".join(key for part in parts for key in part["failed_keys"]) or "none",
                "observed": worst["observed"],
                "owner": worst["owner"],
            },
        )
