"""The running period beside the same days of the period before and of last year."""

from datetime import date

import pytest

from metrics.fill import fill_metric_values
from warehouse import run_context


@pytest.fixture
def to_date(connection, settings, company):
    """(value, previous, last year) of the running period of a metric, on a day, for a variant."""

    def look(day: str, metric: str = "order_count", grain: str = "month", variant: str = "to_date") -> tuple | None:
        run_context.write(settings, company, "run-1", date.fromisoformat(day))
        fill_metric_values(connection, settings, company, "run-1")
        return connection.execute(
            "select value, previous_value, same_period_last_year_value from metrics.metric_values"
            " where metric_name = $1 and period_grain = $2 and variant = $3 and dimension_name = 'total'"
            " and period_start = date_trunc($2, $4::date)",
            [metric, grain, variant, day],
        ).fetchone()

    return look


def test_the_month_before_is_cut_at_the_same_day(to_date):
    """Two orders until 20 January and a third on the 31st."""
    assert to_date("2026-02-20") == (0, 2, None)
    assert to_date("2026-02-20", variant="default")[:2] == (0, 3)


def test_a_day_that_a_month_does_not_have_is_its_last(to_date):
    assert to_date("2026-03-31") == (1, 0, None)


def test_last_year_is_cut_at_the_same_day(to_date):
    """The order of 2 March 2026 is not yet due on 1 March 2027."""
    assert to_date("2027-03-01") == (0, 0, 0)
    assert to_date("2027-03-02") == (0, 0, 1)
    assert to_date("2027-03-01", variant="default") == (0, 0, 1)


def test_a_period_before_the_metrics_first_figure_is_unknown_and_not_zero(to_date):
    assert to_date("2026-01-20") == (2, None, None)


def test_what_cannot_be_cut_at_a_day_has_no_such_row(to_date):
    assert to_date("2026-02-20", metric="receivable") is None
    assert to_date("2026-02-20", metric="retention_rate") is None


def test_days_of_a_year_before_the_record_began_are_unknown_and_not_zero(to_date, connection):
    """The first order on record is of March: nobody knows what was ordered until 20 February."""
    connection.execute("delete from core.orders where order_date < '2026-03-01'")
    assert to_date("2027-02-20", metric="order_amount", grain="year")[1:] == (None, None)
    assert to_date("2027-05-20", metric="order_amount", grain="year")[1:] == (None, None)
    assert to_date("2027-05-20", metric="order_amount")[1:] == (0, 0)


def test_new_customers_cannot_be_compared_with_days_before_the_record_proves_them(to_date, connection):
    connection.execute("create schema core_internal")
    connection.execute(
        "create table core_internal.int_activity_record as"
        " select date '2026-01-01' as record_begins_date, date '2026-03-01' as proven_from_date"
    )
    assert to_date("2026-02-20") is None
    assert to_date("2026-03-31") == (1, None, None)
    assert to_date("2026-04-20") == (0, 1, None)
