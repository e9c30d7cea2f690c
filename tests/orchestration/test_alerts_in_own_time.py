"""What people do with alerts is stamped in the company's own time, as the alerts are: a demo does not live in ours."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from alerting.actions import list_alerts
from alerting.decide import report_failed_run
from orchestration import environment
from orchestration.cli import alerts as command
from warehouse.company import load_company
from warehouse.operational_store import open_store
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.tables_alerts import alerts


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setenv("CMW_HOME", str(tmp_path))
    monkeypatch.setenv("CMW_CONFIG", str(PROJECT_ROOT / "config"))
    monkeypatch.setenv("CMW_TODAY", "2026-06-30")
    return environment.prepare()


def test_who_acknowledges_on_the_next_day_took_a_day(settings, monkeypatch):
    store = open_store(settings)
    report_failed_run(store, settings, load_company(settings), job="rebuild", run_id="run-1", reason="No disk")
    [alert] = list_alerts(store)
    monkeypatch.setenv("CMW_TODAY", "2026-07-01")
    command.ack(alert.alert_id, by="ann")
    command.close(alert.alert_id, result="disk added", by="ann")
    with store.connect() as connection:
        row = connection.execute(sa.select(alerts)).mappings().one()
    assert row["opened_at"] == datetime(2026, 6, 30, 15, 59, 59)
    assert row["acknowledged_at"] == row["closed_at"] == datetime(2026, 7, 1, 15, 59, 59)
