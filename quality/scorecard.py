"""quality.scorecard: how good each table is now, by dimension and in all.

Raw entities are scored by rows: of the newest versions of living keys, the share that breaks no rule of the dimension
(dimension 'all': no critical rule, metric 90). Warehouse tables are scored by checks: the share that passed.
"""

from collections import defaultdict
from decimal import Decimal

import duckdb

from quality.conditions import text
from quality.insert import create_table, insert_rows
from quality.rulebook import EntityRules
from quality.scratch import files_sql, newest_sql
from quality.verdicts import ensure_verdicts
from warehouse.check_result import CheckResult
from warehouse.raw_manifest import RawManifest
from warehouse.settings import Settings

TABLE = "quality.scorecard"
COLUMNS = {
    "layer": "varchar",
    "table_name": "varchar",
    "dimension": "varchar",
    "owner": "varchar",
    "unit": "varchar",
    "rule_count": "bigint",
    "failed_rule_count": "bigint",
    "checked_count": "bigint",
    "failed_count": "bigint",
    "pass_rate": "decimal(9,6)",
    "score": "decimal(5,2)",
    "run_id": "varchar",
}


def write_scorecard(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    run_id: str,
    rulebook: dict[str, EntityRules],
    manifest: RawManifest,
    checks: list[CheckResult],
) -> None:
    """Writes the table anew."""
    create_table(connection, TABLE, COLUMNS)
    rows = []
    for entity, rules in sorted(rulebook.items()):
        if manifest.files_of(entity):
            rows += _entity_rows(connection, settings, rules, manifest)
    rows += _check_rows([check for check in checks if check.gate != "raw"])
    names = list(COLUMNS)
    insert_rows(
        connection, TABLE, [dict(zip(names, (*row, *_rate(row[-2], row[-1]), run_id), strict=True)) for row in rows]
    )


def _rate(checked: int, failed: int) -> tuple[Decimal | None, Decimal | None]:
    """(pass rate, score out of 100); nothing checked has neither."""
    if not checked:
        return None, None
    rate = Decimal(checked - failed) / checked
    return round(rate, 6), round(rate * 100, 2)


def _entity_rows(
    connection: duckdb.DuckDBPyConnection, settings: Settings, rules: EntityRules, manifest: RawManifest
) -> list[tuple]:
    log = files_sql(settings, manifest.files_of(rules.name))
    verdicts = f"read_parquet({text(str(ensure_verdicts(settings)))})"
    judged = rules.row_rules + rules.set_rules
    dimension_of = ", ".join(f"({text(rule.name)}, {text(rule.dimension)})" for rule in judged)
    connection.execute(
        f"""
        create or replace temp table scored as
        with newest as (select source_system, _key, _row_hash from ({newest_sql(log)}))
        select n.*, v.rule, v.severity, d.dimension
        from newest as n
        left join (select * from {verdicts} where entity = {text(rules.name)}) as v
            on v.source_system = n.source_system and v.key = n._key and v.row_hash = n._row_hash
        left join (values {dimension_of}) as d (rule, dimension) on d.rule = v.rule
        """
    )
    key = "(source_system, _key)"
    living = connection.execute(f"select count(distinct {key}) from scored").fetchone()[0]
    found = connection.execute(
        f"select dimension, count(distinct {key}), count(distinct rule) from scored where rule is not null group by 1"
    ).fetchall()
    bad = {dimension: (rows, failed) for dimension, rows, failed in found}
    held, failed_rules = connection.execute(
        f"select count(distinct {key}), count(distinct rule) from scored where severity = 'critical'"
    ).fetchone()
    counted: dict[str, int] = defaultdict(int)
    for rule in judged:
        counted[rule.dimension] += 1
    rows = [
        ("raw", rules.name, dimension, rules.owner, "rows", count, *reversed(bad.get(dimension, (0, 0))))
        for dimension, count in sorted(counted.items())
    ]
    rows.append(("raw", rules.name, "all", rules.owner, "rows", len(judged), failed_rules, held))
    return [(*row[:7], living, row[7]) for row in rows]


def _check_rows(checks: list[CheckResult]) -> list[tuple]:
    groups: dict[tuple[str, str, str], list[CheckResult]] = defaultdict(list)
    for check in checks:
        for dimension in (check.dimension, "all"):
            groups[check.gate, check.table_name, dimension].append(check)
    return [
        (
            gate,
            table,
            dimension,
            parts[0].owner,
            "checks",
            len(parts),
            sum(not part.passed for part in parts),
            len(parts),
            sum(not part.passed for part in parts),
        )
        for (gate, table, dimension), parts in sorted(groups.items())
    ]
