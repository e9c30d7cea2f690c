"""Judges the rows of one raw entity: row rules on what landed, set rules on the newest versions."""

from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from quality.conditions import name, text
from quality.expectations import Expectations
from quality.plan import Work
from quality.rule import Rule
from quality.rulebook import EntityRules, words_by_entity
from quality.scratch import KEYS, create_compared, create_current, create_landed, files_sql
from quality.verdicts import COLUMNS
from warehouse.check_result import FAILED_KEYS_SHOWN, CheckResult
from warehouse.raw_manifest import RawManifest
from warehouse.settings import Settings

VERDICTS = "new_verdicts"
Counts = dict[str, int]


@dataclass
class Findings:
    """What was found of one entity, for the rules about the table as a whole."""

    landed: Counts = field(default_factory=dict)
    held: Counts = field(default_factory=dict)
    compared: set[str] = field(default_factory=set)
    checks: list[CheckResult] = field(default_factory=list)


def create_verdict_table(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        f"""
        create table {VERDICTS} (
            entity varchar, source_system varchar, key varchar, row_hash varchar, rule varchar,
            rule_version bigint, severity varchar, load_seq bigint, judged_at timestamp
        )
        """
    )


class EntityJudge:
    """Judges entities one after the other in one scratch database."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        settings: Settings,
        manifest: RawManifest,
        expectations: Expectations,
        rulebook: dict[str, EntityRules],
        judged_at: datetime,
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._manifest = manifest
        self._expectations = expectations
        self._words = words_by_entity(rulebook)
        self._judged_at = judged_at

    def judge(self, work: Work) -> Findings:
        found = Findings()
        rows = work.rules.row_rules
        if work.landed:
            view = create_landed(self._connection, self._settings, work.entity, work.landed, rows)
            found.landed = self._counts(view)
            if found.landed:
                found.checks += self._judge_table(work, view, rows, found.landed)
                found.held = self._held(work.entity)
        if work.compare:
            rules, tables = self._comparable(work)
            if rules:
                table = create_compared(self._connection, work.entity, rules, tables)
                found.checks += self._judge_table(work, table, rules, self._counts(table))
                found.compared = {rule.name for rule in rules}
        return found

    def current(self, entity: str) -> str:
        """Name of the table of the entity's newest living versions."""
        log = self._manifest.files_of(entity)
        return create_current(self._connection, self._settings, entity, log, self._words.get(entity, set()))

    def _comparable(self, work: Work) -> tuple[list[Rule], dict[str, str]]:
        """Set rules whose parent entity some source brings, and the tables of newest versions they need.

        Where no source brings the parent, every row would be an orphan, which tells nobody anything.
        """
        tables = {}
        for entity in {work.entity, *work.rules.parents}:
            if self._manifest.files_of(entity):
                tables[entity] = self.current(entity)
        return [rule for rule in work.rules.set_rules if not rule.parent or rule.parent.entity in tables], tables

    def _judge_table(self, work: Work, table: str, rules: list[Rule], counts: Counts) -> list[CheckResult]:
        outcomes = self._expectations.judge(table, rules, KEYS)
        checks = []
        for rule in rules:
            outcome = outcomes[rule.name]
            failures = {} if outcome.passed else self._record(work.entity, rule, outcome.failing_rows)
            for source, count in sorted(counts.items()):
                failed, keys = failures.get(source, (0, []))
                if failed == count and self._is_not_brought(work, rule, source):
                    self._forget(work.entity, rule, source)
                    checks.append(self._check(work.entity, rule, source, 0, 0, []))
                else:
                    checks.append(self._check(work.entity, rule, source, count, failed, keys))
        return checks

    def _record(self, entity: str, rule: Rule, failing_rows: str) -> dict[str, tuple[int, list[str]]]:
        """Writes the verdicts of one failed rule; gives count and some keys by source system."""
        self._connection.execute(
            f"""
            insert into {VERDICTS} ({COLUMNS})
            select distinct {text(entity)}, source_system, _key, _row_hash, {text(rule.name)}, {rule.version},
                {text(rule.severity)}, _load_seq, cast(? as timestamp)
            from ({failing_rows})
            """,
            [self._judged_at],
        )
        found = self._connection.execute(
            f"""
            select source_system, count(*), list(distinct key order by key)[:{FAILED_KEYS_SHOWN}]
            from {VERDICTS} where entity = ? and rule = ? group by source_system
            """,
            [entity, rule.name],
        ).fetchall()
        return {source: (count, keys) for source, count, keys in found}

    def _is_not_brought(self, work: Work, rule: Rule, source: str) -> bool:
        """Whether the source has never filled the optional column: then its rows are not at fault."""
        if rule.kind != "not_null" or rule.severity == "critical":
            return False
        log = files_sql(self._settings, work.log)
        query = f"select 1 from {log} where source_system = ? and {name(rule.columns[0])} is not null limit 1"
        return self._connection.execute(query, [source]).fetchone() is None

    def _forget(self, entity: str, rule: Rule, source: str) -> None:
        query = f"delete from {VERDICTS} where entity = ? and rule = ? and source_system = ?"
        self._connection.execute(query, [entity, rule.name, source])

    def _check(self, entity: str, rule: Rule, source: str, checked: int, failed: int, keys: list[str]) -> CheckResult:
        kind = "versions that landed" if rule.kind not in ("unique", "parent_exists") else "newest versions"
        return CheckResult(
            check_name=rule.name,
            gate="raw",
            table_name=entity,
            source_system=source,
            dimension=rule.dimension,
            severity=rule.severity,
            owner=rule.owner,
            passed=failed == 0,
            checked_count=checked,
            failed_count=failed,
            failed_keys=keys,
            reason=rule.reason.en,
            reason_zh=rule.reason.zh,
            observed=f"{failed} of {checked} {kind}" if checked else "the source does not bring this column",
            rule_version=rule.version,
            judged_at=self._judged_at,
        )

    def _counts(self, table: str) -> Counts:
        query = f"select source_system, count(*) from {table} group by source_system"
        return dict(self._connection.execute(query).fetchall())

    def _held(self, entity: str) -> Counts:
        query = f"""
            select source_system, count(distinct (key, load_seq, row_hash))
            from {VERDICTS} where entity = ? and severity = 'critical' group by source_system
        """
        return dict(self._connection.execute(query, [entity]).fetchall())
