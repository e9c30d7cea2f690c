"""Writes schema ``quality``: what was checked, what is held back, how good each table is, and what reconciles."""

from pathlib import Path

import duckdb

from quality import control_totals, failing_rows, quarantine, scorecard
from quality.conditions import text
from quality.insert import create_table, insert_rows
from quality.rulebook import load_raw_rules
from warehouse.check_result import CheckResult
from warehouse.raw_manifest import read_manifest
from warehouse.settings import Settings
from warehouse.yaml_files import read_yaml

CHECK_COLUMNS = {
    "run_id": "varchar",
    "gate": "varchar",
    "table_name": "varchar",
    "check_name": "varchar",
    "source_system": "varchar",
    "dimension": "varchar",
    "severity": "varchar",
    "owner": "varchar",
    "passed": "boolean",
    "checked_count": "bigint",
    "failed_count": "bigint",
    "failed_keys": "varchar[]",
    "reason": "varchar",
    "reason_zh": "varchar",
    "observed": "varchar",
    "rule_version": "bigint",
    "judged_at": "timestamp",
}
COLUMNS = {
    "check_results": CHECK_COLUMNS,
    "scorecard": scorecard.COLUMNS,
    "quarantined_rows": quarantine.COLUMNS,
    "failing_rows": failing_rows.COLUMNS,
    "reconciliation": control_totals.COLUMNS,
}
_WORDS = Path(__file__).with_name("table_columns.yml")


def write(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    run_id: str,
    raw_checks: list[CheckResult],
    mart_checks: list[CheckResult],
    dbt_checks: list[CheckResult],
) -> None:
    """Writes the tables anew, but for the reconciliation: gate 2 has written that, and only its comments are added.

    Args:
        raw_checks: the latest result of every raw rule, also of those that this run had no reason to judge.
    """
    manifest = read_manifest(settings)
    rulebook = load_raw_rules()
    checks = [*raw_checks, *mart_checks, *dbt_checks]
    _write_checks(connection, run_id, checks)
    quarantine.write_quarantine(connection, settings, run_id, rulebook, manifest)
    failing_rows.write_failing_rows(connection, settings, run_id, rulebook, manifest)
    scorecard.write_scorecard(connection, settings, run_id, rulebook, manifest, checks)
    for table, (meaning, columns) in described().items():
        connection.execute(f"comment on table quality.{table} is {text(meaning)}")
        for column, _, words in columns:
            connection.execute(f"comment on column quality.{table}.{column} is {text(words)}")


def described() -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    """Table to its meaning and its (column, type, meaning)."""
    words = read_yaml(_WORDS)
    return {
        table: (
            words["tables"][table],
            [
                (column, kind, {**words["every"], **words.get(table, {})}.get(column, ""))
                for column, kind in columns.items()
            ],
        )
        for table, columns in COLUMNS.items()
    }


def _write_checks(connection: duckdb.DuckDBPyConnection, run_id: str, checks: list[CheckResult]) -> None:
    create_table(connection, "quality.check_results", CHECK_COLUMNS)
    ordered = sorted(checks, key=lambda check: (check.gate, check.table_name, check.check_name, check.source_system))
    rows = [
        {**{column: getattr(check, column, None) for column in CHECK_COLUMNS}, "run_id": run_id} for check in ordered
    ]
    insert_rows(connection, "quality.check_results", rows)
