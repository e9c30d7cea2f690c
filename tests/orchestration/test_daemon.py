"""A running daemon ticks the schedules and sensors; nothing here calls their functions."""

import json
from datetime import date, timedelta

import dagster as dg
import duckdb
import pytest
import sqlalchemy as sa

from ingestion.extract import extract
from tests.orchestration.running_daemon import DaemonCompany, until
from warehouse.company import load_company
from warehouse.tables import as_reported_values
from warehouse.tables_alerts import alerts
from warehouse.tables_health import health_history

pytestmark = pytest.mark.slow
PRICE_LIST = """
source_system: price_list
kind: erp
connection: {folder}
entities:
  erp_products: {{file: 'p*.csv'}}
"""


@pytest.fixture
def company(tmp_path):
    """Its sources were read once, three days ago; its schedules tick when they are switched on."""
    company = DaemonCompany.create(tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "p0.csv").write_text("product_code,product_name\n0,nought\n")
    source = company.settings.config / "sources" / "price_list.yml"
    source.write_text(PRICE_LIST.format(folder=inbox), encoding="utf-8")
    extract(company.settings, load_company(company.settings), run_id="before")
    today = company.settings.home / "demo" / "today.txt"
    today.write_text((date.fromisoformat(today.read_text().strip()) + timedelta(days=3)).isoformat())
    company.schedules("read", "weekly_health")
    company.start()
    yield company
    company.stop()


def _unique_grain_of(company: DaemonCompany, table: str) -> str:
    manifest = json.loads((company.settings.dbt_target / "manifest.json").read_text())
    return next(
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") == "unique_grain"
        and node["attached_node"].endswith(f".{table}")
    )


def test_schedules_tick_and_whatever_goes_wrong_outside_a_run_reaches_people(company):
    until(300, lambda: "nothing read for" in company.outbox(), "the alert of the stale sources")

    read = company.tick("read")
    told = sa.select(alerts.c.owner_id).where(alerts.c.rule == "failed_check", alerts.c.opened_run_id == read.run_id)
    until(300, lambda: company.stored(told), "the alert of checks that failed in a run that only reads")
    until(120, lambda: "erp: " in company.outbox() and "quality checks fail" in company.outbox(), "its message")

    company.tick("weekly_health")  # a refresh with one asset more
    assert company.stored(sa.select(sa.func.count()).select_from(health_history))[0][0] > 0
    closing = company.launch_asset("records", "closed_months")
    until(300, lambda: closing in company.succeeded("__ASSET_JOB"), "the closing of months")
    months = sa.select(as_reported_values.c.period_start).where(as_reported_values.c.period_grain == "month").distinct()
    closed = {row[0] for row in company.stored(months)}
    assert date(2026, 5, 1) in closed
    assert date(2026, 6, 1) not in closed, "June is closed on the fourth working day of July"

    working_file = company.settings.working_file
    with duckdb.connect(str(working_file)) as connection:
        connection.execute("insert into core.dim_channels select * from core.dim_channels limit 1")
    test = _unique_grain_of(company, "dim_channels")
    assert test not in company.outbox()
    company.launch_check("core.dim_channels", test)
    until(600, lambda: test in company.outbox(), "the alert of a dbt test that somebody ran alone")

    working_file.write_bytes(b"no database" * 1000)
    (company.settings.config.parent / "inbox" / "p1.csv").write_text("product_code,product_name\n1,one\n")
    until(600, lambda: company.runs(dg.DagsterRunStatus.FAILURE, "refresh"), "a refresh for the new file")
    [failed] = company.runs(dg.DagsterRunStatus.FAILURE, "refresh")
    assert failed.tags["cmw/new_files"] == "1"
    until(300, lambda: f"Run {failed.run_id[:8]} of refresh failed" in company.outbox(), "the alert of the failed run")
