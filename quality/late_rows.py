"""The rule about rows that arrive long after the day they belong to."""

from dataclasses import replace
from datetime import datetime

import duckdb

from quality.conditions import name
from quality.plan import Work
from quality.scratch import files_sql
from quality.table_rules import table_check
from warehouse.check_result import FAILED_KEYS_SHOWN, CheckResult
from warehouse.settings import Settings


def judge_late_rows(
    connection: duckdb.DuckDBPyConnection, settings: Settings, work: Work, now: datetime
) -> list[CheckResult]:
    """New keys whose event lies long before the load that brought them: entered late or back-dated.

    The rows of a source's first load are its past and not late.
    """
    checks = []
    for rule in work.rules.table_rules:
        first = {source: min(f.load_seq for f in work.log if f.source_system == source) for source in _sources(work)}
        new = [file for file in work.landed if file.load_seq > first[file.source_system]]
        if rule.kind != "late_rows" or not new:
            continue
        since = min(file.load_seq for file in new)
        earlier = [file for file in work.log if file.load_seq < since]
        found = connection.execute(
            f"""
            with arrived as (
                select source_system, _key,
                    min(cast(_loaded_at as date) - cast({name(rule.columns[0])} as date)) as days
                from {files_sql(settings, new)} as n
                where _change = 'upsert' and not exists (
                    select 1 from {files_sql(settings, earlier)} as e
                    where e.source_system = n.source_system and e._key = n._key
                )
                group by source_system, _key
            )
            select source_system, count(*), count(*) filter (days > {rule.maximum_days}),
                (list(_key order by _key) filter (days > {rule.maximum_days}))[:{FAILED_KEYS_SHOWN}]
            from arrived group by source_system order by source_system
            """
        ).fetchall()
        for source, arrived, late, keys in found:
            observed = f"{late} of {arrived} new keys came more than {rule.maximum_days} days after their date"
            check = table_check(work.entity, rule, source, late == 0, observed, now)
            checks.append(replace(check, checked_count=arrived, failed_count=late, failed_keys=keys or []))
    return checks


def _sources(work: Work) -> set[str]:
    return {file.source_system for file in work.log}
