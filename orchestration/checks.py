"""Quality results as Dagster asset checks: one check a table and dimension, its rules listed in it.

A check a rule would be some six hundred; Dagster writes two events for each in every run, which
costs more than judging them. The single rules are rows of quality.check_results.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import dagster as dg

from quality.rulebook import EntityRules
from warehouse.check_result import CheckResult

KeyOf = Callable[[str], dg.AssetKey]
Check = dict[str, Any]


def check_specs(rulebook: Mapping[str, EntityRules], key_of: KeyOf, gate: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """One spec a table and dimension, shown after the gate has judged; ``key_of`` names a table's asset."""
    found: dict[tuple[str, str], list] = {}
    for table, rules in rulebook.items():
        for rule in rules.rules:
            found.setdefault((table, rule.dimension), []).append(rule)
    return [
        dg.AssetCheckSpec(
            dimension,
            asset=key_of(table),
            additional_deps=[gate],
            description="; ".join(f"{rule.reason.en} · {rule.reason.zh}" for rule in rules),
            metadata={"owner": rulebook[table].owner, "rules": len(rules)},
        )
        for (table, dimension), rules in sorted(found.items())
    ]


def restored(checks: Iterable[Check]) -> list[CheckResult]:
    """Results as objects again, after the handover."""
    return [CheckResult(**{**check, "judged_at": _moment(check["judged_at"])}) for check in checks]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def merge(known: Iterable[Check], judged: Iterable[Check]) -> list[Check]:
    """The latest result of every rule: a run judges only what is new, the others keep their last result."""
    latest = {}
    for check in [*known, *judged]:
        latest[check["table_name"], check["check_name"], check["source_system"]] = check
    return [latest[key] for key in sorted(latest)]


def to_dagster(checks: Iterable[Check], key_of: KeyOf, known: set[dg.AssetCheckKey]) -> Iterator[dg.AssetCheckResult]:
    """Results as left by a gate. Never blocking: what a broken table feeds is left out by the dbt step instead."""
    groups: dict[dg.AssetCheckKey, list[Check]] = {}
    for check in checks:
        groups.setdefault(dg.AssetCheckKey(key_of(check["table_name"]), check["dimension"]), []).append(check)
    for key, parts in sorted(groups.items()):
        if key not in known:
            continue
        failed = [part for part in parts if not part["passed"]]
        critical = any(part["severity"] == "critical" for part in failed)
        yield dg.AssetCheckResult(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=not failed,
            severity=dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN,
            metadata={
                "rules": len(parts),
                "failed_rules": len(failed),
                "failing_keys": ", ".join(name for part in failed for name in part["failed_keys"]) or "none",
                "results": dg.MetadataValue.md(_as_table(parts)),
            },
        )


def _as_table(parts: list[Check]) -> str:
    lines = ["| rule | source | severity | checked | failed | owner | why |", "|---|---|---|---|---|---|---|"]
    lines += [
        f"| {part['check_name']} | {part['source_system']} | {part['severity']} | {part['checked_count']} "
        f"| {part['failed_count']} | {part['owner']} | {part['reason']} |"
        for part in sorted(parts, key=lambda part: part["passed"])
    ]
    return "\n".join(lines)
