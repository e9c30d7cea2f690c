"""Gate 2: rules on core and marts, and the invariants, on the working file before it is published."""

from collections.abc import Callable, Iterable

import duckdb
import pyarrow.parquet as pq

from quality.expectations import Expectations
from quality.mart_judge import WORK_SCHEMA, MartJudge
from quality.mixed_runs import as_warnings
from quality.reconciliation import write_reconciliation
from quality.reconciliation_checks import reconciliation_checks
from quality.rulebook import EntityRules, load_mart_rules, load_raw_rules
from warehouse.check_result import CheckResult, GateResult
from warehouse.clock import business_today, load_time
from warehouse.company import Company
from warehouse.raw_manifest import read_manifest
from warehouse.run_context import context_path
from warehouse.settings import Settings

Report = Callable[[str, dict], None]


def _silent(_: str, __: dict) -> None:
    """Reports to nobody."""


def judge(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    company: Company,
    run_id: str,
    report: Report = _silent,
    rulebook: dict[str, EntityRules] | None = None,
    not_rebuilt: Iterable[str] = (),
) -> GateResult:
    """Judges every table that has rules, and reconciles. No second connection to the file is left open.

    Args:
        connection: the working file's; no transaction may be open on it. Table quality.reconciliation stays in it.
        rulebook: the rules of some tables alone, without the reconciliation.
        not_rebuilt: 'schema.table' of what keeps the rows of an earlier run, because gate 1 found it broken.
    """
    rules = load_mart_rules() if rulebook is None else rulebook
    checks: list[CheckResult] = []
    connection.execute(f"drop schema if exists {WORK_SCHEMA} cascade")
    connection.execute(f"create schema {WORK_SCHEMA}")
    try:
        with Expectations(connection) as expectations:
            judge_of = MartJudge(connection, expectations, load_time(settings, company), _as_of(settings, company))
            for table, of_table in sorted(rules.items()):
                found = judge_of.judge(of_table)
                checks += found
                report("judged", {"table": table, "failed": sum(not check.passed for check in found)})
    finally:
        connection.execute(f"drop schema if exists {WORK_SCHEMA} cascade")
    checks = as_warnings(connection, checks, rules, not_rebuilt)
    if rulebook is None:
        checks += _reconcile(connection, settings, company, run_id)
    return GateResult(checks)


def _reconcile(
    connection: duckdb.DuckDBPyConnection, settings: Settings, company: Company, run_id: str
) -> list[CheckResult]:
    raw_rules = load_raw_rules()
    write_reconciliation(connection, settings, run_id, raw_rules, read_manifest(settings))
    return reconciliation_checks(connection, settings, raw_rules, load_time(settings, company))


def _as_of(settings: Settings, company: Company) -> str:
    """The day that dbt computed for."""
    path = context_path(settings)
    if path.exists():
        return str(pq.read_table(path, columns=["as_of_date"])["as_of_date"][0].as_py())
    return str(business_today(settings, company))
