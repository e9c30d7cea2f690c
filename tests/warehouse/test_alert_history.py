"""What became of alerts reaches dbt as files."""

from datetime import UTC, date, datetime

import pyarrow.parquet as pq
import pytest

from warehouse import alert_history
from warehouse.operational_store import open_store, writing
from warehouse.settings import Settings
from warehouse.tables_alerts import alerts, tasks


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(config=tmp_path / "config", home=tmp_path / "home")


def test_a_first_run_has_files_without_rows_and_later_ones_keep_theirs(settings):
    alert_history.ensure(settings)
    assert pq.read_table(alert_history.alerts_path(settings)).schema == alert_history.ALERTS
    assert pq.read_table(alert_history.tasks_path(settings)).num_rows == 0


def test_an_alert_and_its_tasks_are_copied_with_times_in_utc(settings):
    opened = datetime(2026, 6, 30, 15, 59, 59, tzinfo=UTC)
    text = dict.fromkeys(
        ("title_en", "title_zh", "reason_en", "reason_zh", "next_step_en", "next_step_zh", "items", "link"), "[]"
    )
    store = open_store(settings)
    with writing(store) as connection:
        connection.execute(
            alerts.insert().values(
                cause_key="c", rule="metric_limit", owner_id="sales", severity="warning", size=1, state="open",
                due_date=date(2026, 7, 7), opened_at=opened, opened_run_id="r", last_seen_at=opened,
                last_seen_run_id="r", seen_count=1, **text,
            )
        )  # fmt: skip
        connection.execute(
            tasks.insert().values(
                alert_id=1, owner_id="ann", customer_key="C1", state="closed", created_at=opened, closed_at=opened,
                closed_by="ann", result="false alarm: plant holiday",
                **dict.fromkeys(("title_en", "title_zh", "next_step_en", "next_step_zh"), "x"),
            )
        )  # fmt: skip
    store.dispose()
    alert_history.write(settings)
    [row] = pq.read_table(alert_history.alerts_path(settings)).to_pylist()
    assert (row["rule"], row["due_date"]) == ("metric_limit", date(2026, 7, 7))
    assert row["opened_at"] == datetime(2026, 6, 30, 15, 59, 59)
    [task] = pq.read_table(alert_history.tasks_path(settings)).to_pylist()
    assert (task["customer_key"], task["result"]) == ("C1", "false alarm: plant holiday")
    alert_history.ensure(settings)
    assert pq.read_table(alert_history.alerts_path(settings)).num_rows == 1
