"""Checks that fail in a run which ends before alerts are told, once, and not when a run has told them itself."""

import json
import shutil

import dagster as dg
import pytest

from orchestration import environment, handover
from orchestration.assets.gate_raw import raw_checks
from orchestration.keys import ALERTS_DECIDED
from orchestration.reading import READ, READ_AND_SHOW_JOB, READ_ASSETS
from orchestration.resources import CompanyRun
from orchestration.run_state import files_digest
from orchestration.sensors.failed_checks import failed_checks_of_good_runs
from tests.ingestion.conftest import SmallCompany
from warehouse.settings import PROJECT_ROOT

ORDERS = """
erp_orders:
  table: orders
  columns: {order_id: id, order_date: day, status: status, customer_code: customer}
  values: {status: {1: confirmed}}
"""


@pytest.fixture
def shop(tmp_path, monkeypatch) -> SmallCompany:
    """One of two orders is dated in the future; alerts go to a file."""
    monkeypatch.setenv("CMW_TODAY", "2024-06-01")
    company = SmallCompany(tmp_path)
    with (company.settings.config / "company.yml").open("a") as settings:
        settings.write("language: en\n")
    shutil.copy(PROJECT_ROOT / "config" / "alert_routes.yml", company.settings.config)
    company.source(ORDERS)
    company.sql("create table orders (id text, day text, status int, customer text);")
    company.sql("insert into orders values ('1', '2024-05-01', 1, 'K'), ('2', '2030-05-01', 1, 'K')")
    environment.prepare(company.settings)
    return company


def outbox(shop: SmallCompany) -> str:
    path = shop.settings.home / "outbox" / "alerts.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def run_and_look(instance: dg.DagsterInstance, defs: dg.Definitions, job: str) -> None:
    """One run, and the sensor's look at it."""
    result = defs.resolve_job_def(job).execute_in_process(instance=instance)
    failed_checks_of_good_runs(
        dg.build_run_status_sensor_context(
            "failed_checks_of_good_runs", result.get_run_success_event(), instance, result.dagster_run
        )
    )


def one_check(passed: bool, decides: bool = False) -> dg.Definitions:
    """A run of one dbt test of a table; one that comes as far as alerts where it ``decides``."""

    @dg.asset_check(asset=dg.AssetKey(["core", "dim_channels"]), name="unique_grain_dim_channels")
    def test_alone() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=passed)

    @dg.asset(key=ALERTS_DECIDED)
    def alerts_decided() -> None:
        """Tells by itself."""

    selection = dg.AssetSelection.checks(test_alone)
    selection = selection | dg.AssetSelection.assets(alerts_decided) if decides else selection
    return dg.Definitions([alerts_decided], asset_checks=[test_alone], jobs=[dg.define_asset_job("alone", selection)])


def leave_dbt_result(shop: SmallCompany, status: str) -> None:
    """What dbt's step leaves of one test."""
    settings = shop.settings
    model = {"schema": "core", "name": "dim_channels", "config": {"meta": {"owner": "marketing"}}}
    test = {
        "name": "unique_grain_dim_channels", "attached_node": "model.x.dim_channels", "config": {},
        "test_metadata": {"name": "unique_grain"}, "depends_on": {"nodes": []},
    }  # fmt: skip
    manifest = {"nodes": {"model.x.dim_channels": model, "test.x.1": test}}
    (settings.dbt_target / "manifest.json").write_text(json.dumps(manifest))
    (settings.dbt_target / "parsed.txt").write_text(files_digest([settings.dbt_project]))
    failures = 0 if status == "pass" else 1
    left = {"unique_id": "test.x.1", "status": status, "failures": failures, "message": "Got 1 result"}
    handover.leave(settings, "dbt_tests_warehouse", [left])


def test_a_run_that_only_reads_shows_its_checks_and_the_failed_ones_are_told_once(shop):
    defs = dg.Definitions([*READ_ASSETS, raw_checks], jobs=[READ_AND_SHOW_JOB], resources={"run": CompanyRun()})
    with dg.DagsterInstance.ephemeral() as instance:
        run_and_look(instance, defs, READ)
        assert "shop: 1 quality check fails" in outbox(shop)
        told = outbox(shop)
        run_and_look(instance, defs, READ)
        assert outbox(shop) == told


def test_a_dbt_test_that_somebody_runs_alone_is_told_to_the_tables_owner(shop):
    leave_dbt_result(shop, "fail")
    with dg.DagsterInstance.ephemeral() as instance:
        run_and_look(instance, one_check(passed=False), "alone")
    assert "unique_grain_dim_channels" in outbox(shop)
    assert "- Owner: Marketing" in outbox(shop)


def test_what_has_passed_and_what_a_later_run_found_good_again_is_not_told(shop):
    leave_dbt_result(shop, "pass")
    with dg.DagsterInstance.ephemeral() as instance:
        run_and_look(instance, one_check(passed=True), "alone")
        run_and_look(instance, one_check(passed=False), "alone")
    assert outbox(shop) == ""


def test_a_run_that_tells_by_itself_is_left_alone(shop):
    leave_dbt_result(shop, "fail")
    with dg.DagsterInstance.ephemeral() as instance:
        run_and_look(instance, one_check(passed=False, decides=True), "alone")
    assert outbox(shop) == ""
