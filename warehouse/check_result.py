"""What a quality check found, in the one shape that gates, Dagster, alerts and published tables share."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Gate = Literal["raw", "marts", "invariant", "dbt"]
Severity = Literal["critical", "warning"]
FAILED_KEYS_SHOWN = 20


@dataclass(frozen=True)
class CheckResult:
    """One rule, judged once over one table (of one source system, where the table is a raw entity).

    Attributes:
        check_name: the rule's name, unique within its gate and table.
        table_name: raw entity (``erp_invoices``) or warehouse table (``marts.customer_rfm``).
        source_system: '' where the rule spans all sources.
        dimension: completeness, validity, uniqueness, consistency, timeliness, accuracy or integrity.
        checked_count: rows looked at; for an invariant the groups compared.
        failed_keys: a sample of at most FAILED_KEYS_SHOWN keys.
        reason: what the rule demands and why, in English; reason_zh the same in Chinese.
        observed: what was found, as one short sentence.
    """

    check_name: str
    gate: Gate
    table_name: str
    source_system: str
    dimension: str
    severity: Severity
    owner: str
    passed: bool
    checked_count: int
    failed_count: int
    failed_keys: list[str] = field(default_factory=list)
    reason: str = ""
    reason_zh: str = ""
    observed: str = ""
    rule_version: int = 1
    judged_at: datetime | None = None

    @property
    def is_error(self) -> bool:
        return not self.passed and self.severity == "critical"


@dataclass(frozen=True)
class GateResult:
    """What a gate decided.

    Attributes:
        checks: every rule judged in this run; a rule with nothing new to judge is absent.
        broken_entities: raw entities that must keep their last good state downstream.
        held_rows: newest versions of keys that critical row rules hold back, over all entities.
        rejudged_entities: entities whose older versions were judged again, because a rule changed.
    """

    checks: list[CheckResult] = field(default_factory=list)
    broken_entities: set[str] = field(default_factory=set)
    held_rows: int = 0
    rejudged_entities: set[str] = field(default_factory=set)

    @property
    def failed(self) -> list[CheckResult]:
        return [check for check in self.checks if not check.passed]

    @property
    def has_error(self) -> bool:
        return any(check.is_error for check in self.checks)
