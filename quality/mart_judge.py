"""Judges one warehouse table at gate 2. A table or column that is not there fails its check and stops nothing."""

from dataclasses import replace
from datetime import datetime

import duckdb

from quality.conditions import flag_column, name, repeated_values, row_condition, set_condition, text
from quality.expectations import Expectations, needs_flag
from quality.rule import Rule
from quality.rulebook import EntityRules
from warehouse.check_result import FAILED_KEYS_SHOWN, CheckResult

WORK_SCHEMA = "quality_work"
KEY = "rule_key"


class MartJudge:
    """Judges tables of the working file over our own connection; views of it live in WORK_SCHEMA meanwhile."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, expectations: Expectations, judged_at: datetime, as_of: str
    ) -> None:
        self._connection = connection
        self._expectations = expectations
        self._judged_at = judged_at
        self._as_of = as_of

    def judge(self, rules: EntityRules) -> list[CheckResult]:
        """The result of every rule of the table, invariants included."""
        checks = []
        on_rows = self._rules_on_rows(rules)
        if on_rows and not self._exists(rules.name):
            missing = f"table {rules.name} does not exist"
            checks = [self._failed(rules.name, rule, missing) for rule in on_rows]
        elif on_rows:
            checks = self._judge_rows(rules)
        for rule in rules.table_rules:
            if rule.kind == "not_empty":
                checks.append(self._not_empty(rules.name, rule))
            if rule.kind == "invariant":
                checks.append(self._invariant(rules.name, rule))
        return checks

    def _rules_on_rows(self, rules: EntityRules) -> list[Rule]:
        return rules.row_rules + rules.set_rules

    def _judge_rows(self, rules: EntityRules) -> list[CheckResult]:
        checks, usable, flags = [], [], []
        view = rules.name.replace(".", "__")
        for rule in self._rules_on_rows(rules):
            problem, flag = self._flag(rules.name, rule, f"{WORK_SCHEMA}.{view}__{rule.name}")
            if problem:
                checks.append(self._failed(rules.name, rule, problem))
                continue
            usable.append(rule)
            if needs_flag(rule):
                flags.append(f"{flag} as {name(flag_column(rule))}")
        parts = ", ".join(f"cast({name(column)} as varchar)" for column in rules.file.key)
        columns = ", ".join(["*", f"concat_ws('|', {parts}) as {KEY}", *flags])
        self._connection.execute(
            f"create view {WORK_SCHEMA}.{view} as select {columns} from {self._judged_rows(rules.name)} as c"
        )
        count = self._connection.execute(f"select count(*) from {rules.name}").fetchone()[0]
        outcomes = self._expectations.judge(view, usable, [KEY], schema=WORK_SCHEMA)
        for rule in usable:
            outcome = outcomes[rule.name]
            failed, keys = (0, []) if outcome.passed else self._failing(outcome.failing_rows)
            observed = f"{failed} of {count} rows"
            checks.append(self._check(rules.name, rule, count, failed, keys, observed))
        return checks

    def _flag(self, table: str, rule: Rule, repeated: str) -> tuple[str, str]:
        """What is wrong with the rule, '' where nothing is, and the boolean that a row must not make false."""
        if rule.kind != "unique":
            condition = row_condition(rule)
        else:
            query = repeated_values(rule, self._judged_rows(table))
            problem = self._error(f"create table {repeated} as {query}")
            if problem:
                return problem, ""
            condition = set_condition(rule, {rule.name: repeated})
        return self._error(f"select {condition} from {self._judged_rows(table)} as c limit 0"), condition

    def _judged_rows(self, table: str) -> str:
        return f"(select *, date {text(self._as_of)} as run_as_of_date from {table})"

    def _failing(self, failing_rows: str) -> tuple[int, list[str]]:
        query = f"select count(*), list({KEY} order by {KEY})[:{FAILED_KEYS_SHOWN}] from ({failing_rows})"
        return self._connection.execute(query).fetchone()

    def _exists(self, table: str) -> bool:
        return not self._error(f"select 1 from {table} limit 0")

    def _error(self, query: str) -> str:
        try:
            self._connection.execute(query)
        except duckdb.Error as error:
            return str(error).splitlines()[0]
        return ""

    def _not_empty(self, table: str, rule: Rule) -> CheckResult:
        if not self._exists(table):
            return self._failed(table, rule, f"table {table} does not exist")
        rows = self._connection.execute(f"select count(*) from {table}").fetchone()[0]
        return self._check(table, rule, 1, 0 if rows else 1, [], f"{rows} rows")

    def _invariant(self, table: str, rule: Rule) -> CheckResult:
        """Every group of the query must differ by exactly zero; a difference that is null cannot be vouched for."""
        off = "difference is null or difference <> 0"
        try:
            compared, failed, keys, worst = self._connection.execute(
                f"""
                select count(*), count(*) filter ({off}),
                    (list(cast(key as varchar) order by key) filter ({off}))[:{FAILED_KEYS_SHOWN}],
                    coalesce(max(abs(difference)), 0)
                from ({rule.sql})
                """
            ).fetchone()
        except duckdb.Error as error:
            return replace(self._failed(table, rule, str(error).splitlines()[0]), gate="invariant")
        observed = f"{compared} groups compared, greatest difference {worst}"
        return replace(self._check(table, rule, compared, failed, keys or [], observed), gate="invariant")

    def _failed(self, table: str, rule: Rule, observed: str) -> CheckResult:
        return self._check(table, rule, 0, 1, [], observed)

    def _check(self, table: str, rule: Rule, checked: int, failed: int, keys: list[str], observed: str) -> CheckResult:
        return CheckResult(
            check_name=rule.name,
            gate="marts",
            table_name=table,
            source_system="",
            dimension=rule.dimension,
            severity=rule.severity,
            owner=rule.owner,
            passed=failed == 0,
            checked_count=checked,
            failed_count=failed,
            failed_keys=keys,
            reason=rule.reason.en,
            reason_zh=rule.reason.zh,
            observed=observed,
            rule_version=rule.version,
            judged_at=self._judged_at,
        )
