"""The whole project on a company that has no rows at all: every model builds, every data and unit test passes."""

import pytest

from identity.resolve import resolve
from warehouse.company import Company
from warehouse.settings import PROJECT_ROOT
from warehouse.working_file import connect


@pytest.mark.slow
def test_a_company_without_rows_builds_and_every_dbt_unit_test_passes(change_log, monkeypatch):
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    monkeypatch.setenv("CMW_TODAY", "2026-06-30")
    project = str(PROJECT_ROOT / "dbt_project")
    target = str(change_log.settings.dbt_target)
    folders = [
        "--project-dir",
        project,
        "--profiles-dir",
        project,
        "--target-path",
        target,
        "--log-path",
        target,
        "--quiet",
    ]

    def dbt(*arguments):
        try:
            result = dbtRunner().invoke([*arguments, *folders, "--quiet"])
        finally:
            DuckDBConnectionManager.close_all_connections()
        assert result.success, [one.node.name for one in result.result if str(one.status) in ("error", "fail")]

    dbt("run", "--select", "staging")
    with connect(change_log.settings, read_only=True) as connection:
        resolve(connection, change_log.settings, Company(name="Test", reporting_currency="CNY"), "run")
    dbt("build", "--exclude", "staging")
    assert change_log.rows("select count(*) from core.dim_customers") == [(1,)]  # the member unassigned
