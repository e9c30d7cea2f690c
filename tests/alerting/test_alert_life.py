"""An alert's life: opened once, told once, told again when worse or late, closed by people or by itself."""

from datetime import date

import pytest
import sqlalchemy as sa

from alerting.actions import acknowledge, close, list_alerts
from warehouse.errors import CmwError
from warehouse.tables import audit
from warehouse.tables_alerts import alerts, deliveries, tasks


def _tell(world):
    """One run: decides, delivers, and returns the lines that it sent."""
    world.lines.clear()
    world.decide()
    world.deliver()
    return list(world.lines)


def _all(world, table):
    with world.store.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def test_the_same_cause_is_told_once_and_counted(world):
    world.metric()
    assert len(_tell(world)) == 1
    assert _tell(world) == []
    assert _tell(world) == []
    [alert] = _all(world, alerts)
    assert alert["seen_count"] == 3
    assert len(_all(world, deliveries)) == 1


def test_a_retried_step_of_the_same_run_neither_counts_nor_tells_twice(world):
    world.metric()
    world.decide()
    world.run -= 1
    world.decide()
    world.deliver()
    assert len(world.lines) == 1
    assert _all(world, alerts)[0]["seen_count"] == 1


def test_a_cause_that_gets_worse_is_told_at_once_and_a_little_more_is_not(world):
    world.metric()
    _tell(world)
    world.connection.execute("update metrics.metric_values set value = 0.125")
    assert _tell(world) == []
    world.connection.execute("update metrics.metric_values set value = 0.14")
    [line] = _tell(world)
    assert "worse" in line


def test_a_warning_that_becomes_critical_is_told_and_the_way_back_is_not(world):
    world.metric(limit_status="warning")
    _tell(world)
    world.connection.execute("update metrics.metric_values set limit_status = 'critical'")
    assert len(_tell(world)) == 1
    world.connection.execute("update metrics.metric_values set limit_status = 'warning'")
    assert _tell(world) == []


def test_for_a_metric_that_should_be_high_a_lower_value_is_worse(world):
    world.metric(direction="higher_better", value="0.50")
    _tell(world)
    world.connection.execute("update metrics.metric_values set value = 0.60")
    assert _tell(world) == []
    world.connection.execute("update metrics.metric_values set value = 0.40")
    assert len(_tell(world)) == 1


BANDS = [("-0.06", "-0.40", 1), ("-0.40", "-0.06", 0), ("0.06", "0.40", 1)]


@pytest.mark.parametrize(("before", "after", "lines"), BANDS)
def test_of_what_should_stay_in_a_band_the_further_value_is_worse(world, before, after, lines):
    world.metric(direction="in_band", value=before, limit_value=before[:-2] + "05", target_value=None)
    _tell(world)
    world.connection.execute(f"update metrics.metric_values set value = {after}")
    assert len(_tell(world)) == lines


def test_a_new_customer_in_a_digest_is_news_and_one_less_is_not(world):
    world.warning("C1", margin="1000")
    _tell(world)
    world.warning("C2", margin="1")
    assert len(_tell(world)) == 1
    world.connection.execute("delete from marts.churn_warnings where customer_key = 'C2'")
    assert _tell(world) == []


def test_a_reminder_comes_after_the_quiet_time_unless_somebody_is_at_it(world):
    world.routes(quiet_hours=48)
    world.metric()
    world.check()
    _tell(world)
    metric = next(alert for alert in list_alerts(world.store) if alert.rule == "metric_limit")
    acknowledge(world.store, metric.alert_id, "ann")
    world.today(date(2026, 7, 1))
    assert _tell(world) == []
    world.today(date(2026, 7, 2))
    [line] = _tell(world)
    assert "reminder" in line
    assert "erp" in line


def test_an_alert_whose_cause_has_gone_closes_with_its_task_and_comes_back_as_a_new_one(world):
    world.metric()
    _tell(world)
    world.connection.execute("update metrics.metric_values set limit_status = 'ok'")
    assert _tell(world) == []
    [alert] = _all(world, alerts)
    [task] = _all(world, tasks)
    assert (alert["state"], alert["closed_by"], task["state"]) == ("closed", "cause gone", "closed")
    world.connection.execute("update metrics.metric_values set limit_status = 'critical'")
    assert len(_tell(world)) == 1
    assert [row["state"] for row in _all(world, alerts)] == ["closed", "open"]


def test_a_message_of_a_closed_alert_that_was_not_sent_yet_is_dropped(world):
    world.metric()
    world.decide()
    world.connection.execute("update metrics.metric_values set limit_status = 'ok'")
    assert _tell(world) == []
    assert [row["status"] for row in _all(world, deliveries)] == ["dropped"]


def test_a_cause_that_a_person_closed_stays_quiet_until_it_is_worse(world):
    world.metric()
    _tell(world)
    [alert] = list_alerts(world.store)
    close(world.store, alert.alert_id, "ann", "called all ten, two come back")
    assert _tell(world) == []
    assert list_alerts(world.store) == []
    world.connection.execute("update metrics.metric_values set value = 0.2")
    assert len(_tell(world)) == 1
    assert len(list_alerts(world.store, state="all")) == 2


def test_a_cause_that_a_person_closed_comes_back_after_the_quiet_time(world):
    world.metric()
    _tell(world)
    [alert] = list_alerts(world.store)
    close(world.store, alert.alert_id, "ann", "waiting for the new price list")
    world.today(date(2026, 7, 8))
    assert len(_tell(world)) == 1


def test_every_customer_at_risk_is_a_task_that_closes_when_the_risk_has_gone(world):
    world.warning("C1", margin="1000")
    world.warning("C2", margin="10")
    _tell(world)
    assert [(row["customer_key"], row["state"], row["owner_id"]) for row in _all(world, tasks)] == [
        ("C1", "open", "U1"),
        ("C2", "open", "U1"),
    ]
    world.connection.execute("delete from marts.churn_warnings where customer_key = 'C2'")
    _tell(world)
    assert [(row["customer_key"], row["state"]) for row in _all(world, tasks)] == [("C1", "open"), ("C2", "closed")]


def test_closing_needs_a_result_closes_the_tasks_with_it_and_is_audited(world):
    world.warning("C1")
    [alert] = world.decide()
    with pytest.raises(CmwError, match="result"):
        close(world.store, alert.alert_id, "ann", "  ")
    closed = close(world.store, alert.alert_id, "ann", "visited, order placed")
    assert (closed.state, closed.closed_by, closed.result) == ("closed", "ann", "visited, order placed")
    [task] = _all(world, tasks)
    assert (task["state"], task["result"]) == ("closed", "visited, order placed")
    [entry] = _all(world, audit)
    assert (entry["actor"], entry["action"], entry["subject_id"]) == ("ann", "close", str(alert.alert_id))
    with pytest.raises(CmwError, match="closed already"):
        close(world.store, alert.alert_id, "bob", "again")


def test_acknowledging_twice_or_what_does_not_exist_is_refused(world):
    world.metric()
    [alert] = world.decide()
    assert acknowledge(world.store, alert.alert_id, "ann").acknowledged_by == "ann"
    with pytest.raises(CmwError, match="acknowledged"):
        acknowledge(world.store, alert.alert_id, "bob")
    with pytest.raises(CmwError, match="no alert 99"):
        acknowledge(world.store, 99, "ann")


def test_the_list_has_critical_ones_first_then_most_money_and_filters(world):
    world.warning("C1", "U1", "10")
    world.warning("C2", "U2", "900")
    world.metric()
    world.decide()
    assert [alert.owner for alert in list_alerts(world.store)] == ["sales", "U2", "U1"]
    assert [alert.owner for alert in list_alerts(world.store, owner="U1")] == ["U1"]
    assert list_alerts(world.store, state="acknowledged") == []
    with pytest.raises(CmwError, match="no state"):
        list_alerts(world.store, state="asleep")


def _open_tasks(world):
    return {row["customer_key"]: row["due_date"] for row in _all(world, tasks) if row["state"] == "open"}


def test_of_more_customers_than_one_can_work_on_a_change_of_rank_is_no_news_and_ends_no_task(world):
    for number in range(1, 22):
        world.warning(f"C{number:02}", margin=str(1000 - number))
    assert len(_tell(world)) == 1
    before = _open_tasks(world)
    assert len(before) == 20 and "C21" not in before
    world.connection.execute("update marts.churn_warnings set margin_at_risk = 981 where customer_key = 'C21'")
    assert _tell(world) == []
    assert _open_tasks(world).items() >= before.items()


def test_a_digest_that_is_less_severe_and_much_larger_is_worse(world):
    world.warning("C1", margin="100", risk_band="critical")
    _tell(world)
    acknowledge(world.store, _all(world, alerts)[0]["alert_id"], "ann")
    world.connection.execute("update marts.churn_warnings set risk_band = 'weak'")
    assert _tell(world) == []
    for number in range(2, 12):
        world.warning(f"C{number}", margin="100000", risk_band="weak")
    [line] = _tell(world)
    assert "worse" in line


def test_the_size_of_a_member_is_not_held_against_that_of_the_whole(world):
    """An owner at 90 % is critical while the company is within its limit; then the company itself is beyond."""
    world.metric(limit_status="ok", value="0.02")
    world.metric(dimension_name="owner", dimension_value="U9", value="0.90")
    assert len(_tell(world)) == 1
    total = "where dimension_name = 'total'"
    world.connection.execute(f"update metrics.metric_values set value = 0.30, limit_status = 'critical' {total}")
    [line] = _tell(world)
    assert "worse" in line
    world.connection.execute(f"update metrics.metric_values set value = 0.02, limit_status = 'ok' {total}")
    assert _tell(world) == [], "the company is well again"
