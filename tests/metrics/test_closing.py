"""Every grain that ends is closed on the closing business day after its end, once, and as it was reported."""

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from metrics.closing import close_periods, summary
from metrics.fill import fill_metric_values
from warehouse import run_context
from warehouse.operational_store import open_store
from warehouse.tables import as_reported_values

MOMENT = datetime(2026, 3, 15, 4)


@pytest.fixture
def store(settings, monkeypatch):
    monkeypatch.delenv("CMW_OPERATIONAL_STORE", raising=False)
    engine = open_store(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def close(connection, settings, company, store):
    """Closes what can be closed on a day, after a run of that day or of an earlier one; gives the periods, for a fiscal
    year from a month."""

    def run(day: str, start_month: int = 1, last_run: str = "") -> list[tuple[str, date]]:
        own = company.model_copy(update={"fiscal_year_start_month": start_month})
        run_context.write(settings, own, "run-1", date.fromisoformat(last_run or day))
        fill_metric_values(connection, settings, own, "run-1")
        connection.execute("create schema if not exists core")
        connection.execute("""
            create or replace table core.dim_dates as
            select day::date as date_day, isodow(day) < 6 as is_working_day
            from generate_series(timestamp '2025-01-01', timestamp '2027-12-31', interval 1 day) as days (day)
        """)
        as_of = date.fromisoformat(day)
        return close_periods(connection, store, as_of=as_of, closing_day=4, moment=MOMENT, run_id="run-1")

    return run


def kept(store, *columns: str) -> set[tuple]:
    with store.connect() as reading:
        return set(map(tuple, reading.execute(sa.select(*(as_reported_values.c[name] for name in columns)))))


def test_a_period_is_closed_from_its_closing_business_day_on(close):
    """2 January 2026 is a Friday: the fourth working day after the end of 2025 is the 6th, a Tuesday."""
    assert ("month", date(2025, 12, 1)) not in close("2026-01-05")
    assert ("month", date(2025, 12, 1)) in close("2026-01-06")


def test_what_the_last_run_has_not_seen_to_its_end_stays_open(close):
    """The run of 10 March knows a third of that month; without another one, it is not closed in April."""
    closed = close("2026-04-10", last_run="2026-03-10")
    assert ("month", date(2026, 2, 1)) in closed
    assert not {("month", date(2026, 3, 1)), ("quarter", date(2026, 1, 1))} & set(closed)


def test_months_quarters_and_years_are_closed_and_each_once(close):
    first = close("2027-01-15")
    assert {("month", date(2026, 1, 1)), ("quarter", date(2026, 1, 1)), ("year", date(2026, 1, 1))} <= set(first)
    assert close("2027-01-15") == []


def test_a_running_quarter_stays_open_when_its_months_are_closed(close):
    closed = close("2026-03-06")
    assert ("month", date(2026, 2, 1)) in closed
    assert not [grain for grain, _ in closed if grain in ("quarter", "year") and _ >= date(2026, 1, 1)]


def test_a_fiscal_year_is_closed_by_its_own_end(close):
    assert ("year", date(2025, 2, 1)) in close("2026-02-10", start_month=2)


def test_the_version_is_kept_with_the_fingerprints_of_sql_and_settings(close, store, connection):
    close("2026-03-10")
    [(sql, settings)] = connection.execute(
        "select sql_fingerprint, settings_fingerprint from metrics.metric_catalogue where metric_name = 'order_amount'"
    ).fetchall()
    expected = f"1/{sql}/{settings or ''}"
    found = kept(store, "metric_name", "definition_version")
    assert ("order_amount", expected) in found
    assert sql


def test_a_rate_without_a_value_was_not_reported_and_a_sum_of_nothing_was(close, store, connection):
    close("2026-03-10")
    found = kept(store, "metric_name", "value")
    assert not [name for name, value in found if name in ("retention_rate", "average_order_value") and value is None]
    assert ("order_amount", 0) in found


def test_weeks_are_kept_in_total_only(connection, close, store):
    fill = close("2026-03-10")
    connection.execute("""
        insert into metrics.metric_values by name
        select * replace ('week' as period_grain, date '2026-02-02' as period_start)
        from metrics.metric_values
        where metric_name = 'order_amount' and period_grain = 'month' and period_start = date '2026-01-01'
    """)
    found = close_periods(connection, store, as_of=date(2026, 3, 10), closing_day=4, moment=MOMENT, run_id="run-1")
    assert found == [("week", date(2026, 2, 2))] and found[0] not in fill
    members = {row for row in kept(store, "period_grain", "dimension_name") if row[0] == "week"}
    assert members == {("week", "total")}


def test_what_was_closed_is_said_in_one_line():
    assert summary([("week", date(2026, 1, 5)), ("month", date(2026, 1, 1)), ("week", date(2026, 1, 12))]) == (
        "2 weeks, 1 month"
    )
    assert summary([]) == ""
