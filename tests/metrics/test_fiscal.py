"""Quarters and years of a company whose fiscal year does not begin in January."""

from datetime import date
from decimal import Decimal

import pytest

from metrics import fill
from metrics.catalogue import load_catalogue
from metrics.fill import fill_metric_values


@pytest.fixture
def fiscal(connection, settings, company):
    """Start of the fiscal year to {(metric, grain, start, member): value}."""

    def look(start_month: int) -> dict[tuple, Decimal]:
        own = company.model_copy(update={"fiscal_year_start_month": start_month})
        fill_metric_values(connection, settings, own, "run-1")
        rows = connection.execute(
            "select metric_name, period_grain, period_start, dimension_value, value from metrics.metric_values"
            " where variant = 'fiscal' and (value is not null or metric_name <> 'order_amount')"
        ).fetchall()
        return {tuple(row[:4]): row[4] for row in rows}

    return look


def test_a_fiscal_year_sums_its_months_in_total_and_by_member(fiscal):
    """From February: January 2026 belongs to the year before, March to that of 2026."""
    found = fiscal(2)
    assert found["order_amount", "year", date(2025, 2, 1), "total"] == Decimal("30.33")
    assert found["order_amount", "year", date(2025, 2, 1), "web"] == Decimal("30.30")
    assert found["order_amount", "year", date(2026, 2, 1), "total"] == Decimal("-5.00")


def test_shares_of_a_fiscal_year_are_divided_by_all_of_it(fiscal):
    """From July: the web sold in January, the shop has its return of March; both are divided by the two months."""
    shares = {
        member: value
        for (name, grain, start, member), value in fiscal(7).items()
        if (name, grain, start) == ("channel_share", "year", date(2025, 7, 1)) and member != "total"
    }
    assert shares["web"] == pytest.approx(Decimal("30.30") / Decimal("25.33"))
    assert sum(shares.values()) == pytest.approx(1)


def test_a_balance_of_a_fiscal_quarter_is_that_of_its_last_month(fiscal):
    """November to January ends with 150.15; February to April, which still runs, with the 1 of March."""
    found = fiscal(2)
    assert found["receivable", "quarter", date(2025, 11, 1), "total"] == Decimal("150.15")
    assert found["receivable", "quarter", date(2026, 2, 1), "total"] == 1
    assert ("receivable", "quarter", date(2026, 2, 1), "south") not in found


def test_what_months_do_not_make_up_has_no_fiscal_period(fiscal):
    assert not [name for name, *_ in fiscal(2) if name == "retention_rate"]


def test_what_a_quarter_opened_with_is_not_what_its_last_month_opened_with(fiscal):
    assert not [name for name, *_ in fiscal(2) if name in ("opening_customers", "retained_customers")]


def test_fiscal_periods_that_are_those_of_the_calendar_are_not_repeated(fiscal):
    assert fiscal(1) == {}
    assert {grain for _, grain, _, _ in fiscal(4)} == {"year"}


def test_a_fiscal_ratio_is_not_divided_by_less_than_nothing(connection, settings, company):
    """March alone is in the fiscal year from February: the return of the shop, which is no turnover to divide by."""
    own = company.model_copy(update={"fiscal_year_start_month": 2})
    fill_metric_values(connection, settings, own, "run-1")
    query = (
        "select value, null_reason is not null from metrics.metric_values where variant = 'fiscal'"
        " and metric_name = 'channel_share' and period_start = date '2026-02-01' and period_grain = 'year'"
    )
    assert set(connection.execute(query).fetchall()) == {(None, True)}


def test_a_period_that_begins_before_a_rolling_window_is_not_made_of_what_is_left_of_it(
    connection, settings, company, monkeypatch
):
    """Rows of one month back: January is not in them, so neither it, nor its year, nor its fiscal year has a figure."""

    def rolling(path):
        catalogue = load_catalogue(path)
        order_amount = catalogue.metrics["order_amount"]
        order_amount.governance.__dict__["window_months"] = 1
        return catalogue

    def periods() -> list[tuple[str, str, str]]:
        return connection.execute(
            "select variant, period_grain, period_start::varchar from metrics.metric_values"
            " where metric_name = 'order_amount' and dimension_name = 'total' and variant in ('default', 'fiscal')"
            " and period_start >= '2025-02-01' order by all"
        ).fetchall()

    own = company.model_copy(update={"fiscal_year_start_month": 2})
    fill_metric_values(connection, settings, own, "run-1")
    before = periods()
    monkeypatch.setattr(fill, "load_catalogue", rolling)
    fill_metric_values(connection, settings, own, "run-1")
    gone = {("default", "month", "2026-01-01"), ("default", "year", "2026-01-01"), ("fiscal", "year", "2025-02-01")}
    assert set(before) - set(periods()) == gone & set(before)
    assert gone <= set(before)
