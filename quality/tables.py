"""Writes schema ``quality``: what was checked, what is held back, how good each table is, and what reconciles."""

import duckdb

from quality.insert import insert_rows
from quality.quarantine import write_quarantine
from quality.reconciliation import write_reconciliation
from quality.rulebook import load_raw_rules
from quality.scorecard import write_scorecard
from warehouse.check_result import CheckResult
from warehouse.raw_manifest import LoadRecord, read_manifest
from warehouse.settings import Settings

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
COMMENTS = {
    "check_results": "One row per rule, table and source system: its latest result. 每条规则的最新检查结果",
    "scorecard": "One row per table and quality dimension: how good it is now. 数据质量评分卡",
    "quarantined_rows": "One row per held-back row and rule, without the row's values. 被拦截的数据行",
    "reconciliation": "One row per control total: nothing is lost, and the ledger ties. 对账结果",
}


def write(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    run_id: str,
    raw_checks: list[CheckResult],
    mart_checks: list[CheckResult],
    dbt_checks: list[CheckResult],
    loads: list[LoadRecord],
) -> None:
    """Writes the four tables anew.

    Args:
        raw_checks: the latest result of every raw rule, also of those that this run had no reason to judge.
        loads: the loads known when the run began to build; later ones are not yet staged.
    """
    manifest = read_manifest(settings)
    known = max((load.load_seq for load in loads), default=0)
    manifest = manifest.model_copy(
        update={
            "loads": [load for load in manifest.loads if load.load_seq <= known],
            "files": [file for file in manifest.files if file.load_seq <= known],
        }
    )
    rulebook = load_raw_rules()
    connection.execute("create schema if not exists quality")
    checks = [*raw_checks, *mart_checks, *dbt_checks]
    _write_checks(connection, run_id, checks)
    write_quarantine(connection, settings, run_id, rulebook, manifest)
    write_scorecard(connection, settings, run_id, rulebook, manifest, checks)
    write_reconciliation(connection, settings, run_id, rulebook, manifest)
    for table, comment in COMMENTS.items():
        connection.execute(f"comment on table quality.{table} is '{comment.replace(chr(39), chr(39) * 2)}'")


def _write_checks(connection: duckdb.DuckDBPyConnection, run_id: str, checks: list[CheckResult]) -> None:
    columns = ", ".join(f"{column} {kind}" for column, kind in CHECK_COLUMNS.items())
    connection.execute(f"create or replace table quality.check_results ({columns})")
    ordered = sorted(checks, key=lambda check: (check.gate, check.table_name, check.check_name, check.source_system))
    rows = [
        {**{column: getattr(check, column, None) for column in CHECK_COLUMNS}, "run_id": run_id} for check in ordered
    ]
    insert_rows(connection, "quality.check_results", rows)
