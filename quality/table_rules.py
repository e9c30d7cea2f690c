"""Rules about a table as a whole: did it load, is it fresh, did it shrink, how much of it is bad."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import duckdb

from quality.entity_judge import Findings
from quality.judged import Break, EntityState
from quality.plan import Work
from quality.rule import Rule
from quality.rulebook import EntityRules
from quality.scratch import files_sql
from warehouse.check_result import CheckResult
from warehouse.freshness import Silence
from warehouse.raw_manifest import LoadRecord
from warehouse.settings import Settings


def table_check(entity: str, rule: Rule, source: str, passed: bool, observed: str, at: datetime) -> CheckResult:
    return CheckResult(
        check_name=rule.name,
        gate="raw",
        table_name=entity,
        source_system=source,
        dimension=rule.dimension,
        severity=rule.severity,
        owner=rule.owner,
        passed=passed,
        checked_count=1,
        failed_count=0 if passed else 1,
        reason=rule.reason.en,
        reason_zh=rule.reason.zh,
        observed=observed,
        rule_version=rule.version,
        judged_at=at,
    )


def judge_loads(
    rules: EntityRules,
    loads: dict[str, list[LoadRecord]],
    now: datetime,
    silent: Mapping[str, Silence | None],
) -> list[CheckResult]:
    """The rules that need no row: the last load worked, and the source is as fresh as it promised.

    Args:
        loads: the entity's loads by source system, oldest first.
        silent: of every source system that promised something, how it broke that; others are not judged for freshness.
    """
    checks = []
    for rule in rules.table_rules:
        for source, records in sorted(loads.items()):
            last = records[-1]
            if rule.kind == "loaded":
                observed = last.error or f"load {last.load_id}: {last.status}"
                checks.append(table_check(rules.name, rule, source, last.status != "failed", observed, now))
            if rule.kind == "load_findings":
                found = "; ".join(last.findings)
                checks.append(table_check(rules.name, rule, source, not found, found or "nothing odd", now))
            if rule.kind == "freshness" and source in silent:
                observed = _said(silent[source])
                checks.append(table_check(rules.name, rule, source, silent[source] is None, observed, now))
    return checks


def judge_rates(work: Work, found: Findings, now: datetime) -> list[CheckResult]:
    """Rules about the share of bad rows."""
    checks = []
    for rule in work.rules.table_rules:
        if rule.kind == "held_rate":
            shares = {source: (found.held.get(source, 0), rows) for source, rows in found.landed.items()}
        elif rule.kind == "orphan_rate":
            judged = [check for check in found.checks if check.check_name == rule.of_rule]
            shares = {check.source_system: (check.failed_count, check.checked_count) for check in judged}
        else:
            continue
        for source, (failed, total) in sorted(shares.items()):
            passed = total < rule.minimum_rows or Decimal(failed) <= rule.maximum_rate * total
            check = table_check(work.entity, rule, source, passed, f"{failed} of {total} rows", now)
            checks.append(replace(check, checked_count=total, failed_count=0 if passed else failed))
    return checks


def judge_volume(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    current: Callable[[str], str],
    work: Work,
    state: EntityState,
    now: datetime,
) -> list[CheckResult]:
    """Whether the entity lost more of its keys than it may. Only deletions can make it shrink.

    A table found broken stays so, run after run, until the keys are back or somebody accepts the loss.
    ``current`` names the table of an entity's living keys.
    """
    rules = [rule for rule in work.rules.table_rules if rule.kind == "volume_drop"]
    if not rules or not work.landed:
        return []
    deleted = _deleted_keys(connection, settings, work)
    before = {gap.source_system: gap.good_rows for gap in state.breaks}
    checks = []
    for rule in rules:
        for source in sorted({file.source_system for file in work.landed}):
            gone = deleted.get(source, 0)
            if not gone and source not in before:
                checks.append(table_check(work.entity, rule, source, True, "no key was deleted", now))
                continue
            query = f"select count(*) from {current(work.entity)} where source_system = ?"
            living = connection.execute(query, [source]).fetchone()[0]
            good = before.get(source, living + gone)
            passed = good < rule.minimum_rows or Decimal(good - living) <= rule.maximum_rate * good
            observed = f"{living} keys live where {good} did"
            checks.append(table_check(work.entity, rule, source, passed, observed, now))
            if rule.breaks_table:
                state.breaks = [gap for gap in state.breaks if gap.source_system != source]
                if not passed:
                    since = max(file.load_seq for file in work.landed)
                    state.breaks.append(
                        Break(rule=rule.name, source_system=source, good_rows=good, since_load=since, observed=observed)
                    )
    return checks


def _deleted_keys(connection: duckdb.DuckDBPyConnection, settings: Settings, work: Work) -> dict[str, int]:
    """Keys that the new loads delete, by source system. When all is judged anew there is no new loss to see."""
    if work.whole and len({file.load_seq for file in work.landed}) > 1:
        return {}
    query = f"""
        select source_system, count(distinct _key)
        from {files_sql(settings, work.landed)} where _change = 'delete' group by source_system
    """
    return dict(connection.execute(query).fetchall())


def _said(silence: Silence | None) -> str:
    if silence is None:
        return "read, and something new came, as often as promised"
    what = "nothing was read" if silence.kind == "unread" else "read, but nothing new came"
    return f"{what} for {silence.length.total_seconds() / 3600:.0f} h, since {silence.since:%Y-%m-%d %H:%M} UTC"
