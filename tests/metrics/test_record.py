"""Metrics of who is new or active say nothing before the record is old enough to know it."""

from datetime import date

import pytest

from metrics.fill import fill_metric_values
from metrics.governance import LooksBack
from metrics.record import UNKNOWN_RECORD, Record

RECORD = Record(date(2025, 12, 10), date(2026, 1, 20))


def test_periods_that_begin_before_starts_are_proven_are_immature_from_the_beginning_of_the_record(
    connection, settings, company
):
    """The tiny order_count asks for starts of its own period."""
    connection.execute("create schema core_internal")
    connection.execute(
        "create table core_internal.int_activity_record as"
        " select date '2025-12-10' as record_begins_date, date '2026-01-20' as proven_from_date"
    )
    fill_metric_values(connection, settings, company, "run-1")
    found = connection.execute("""
        select period_start, value, null_reason from metrics.metric_values
        where metric_name = 'order_count' and period_grain = 'month' and dimension_name = 'total'
            and variant = 'default' and period_start <= '2026-02-01' order by period_start
    """).fetchall()
    assert found == [
        (date(2025, 12, 1), None, "immature"),
        (date(2026, 1, 1), None, "immature"),
        (date(2026, 2, 1), 0, None),
    ]


@pytest.mark.parametrize(
    ("months", "bounds"),
    [
        (None, (None, None)),
        (0, (date(2025, 12, 10), date(2026, 1, 20))),
        (11, (date(2025, 12, 10), date(2026, 12, 20))),
        (12, (date(2025, 12, 10), date(2027, 1, 20))),
    ],
)
def test_who_is_new_for_months_is_known_that_much_later(months, bounds):
    assert RECORD.bounds(months) == bounds


def test_without_a_record_nothing_waits():
    assert UNKNOWN_RECORD.bounds(0) == (None, None)


@pytest.mark.parametrize(
    ("looks_back", "from_day"),
    [
        (None, None),
        (LooksBack(at="start"), date(2026, 1, 20)),
        (LooksBack(at="end", days=365), date(2026, 12, 10)),
    ],
)
def test_who_was_active_is_known_once_the_record_reaches_back_so_far(looks_back, from_day):
    assert RECORD.reaches_back_from(looks_back) == from_day


def test_of_a_complete_history_everything_is_known():
    assert Record(date(2025, 12, 10), date(1970, 1, 1)).reaches_back_from(LooksBack(at="start")) is None


def test_a_figure_at_the_end_of_a_period_is_known_one_period_before_one_that_needs_its_start(
    connection, settings, company
):
    """The tiny order_amount looks back from the end of its month, the average order value from the start."""
    connection.execute("create schema core_internal")
    connection.execute(
        "create table core_internal.int_activity_record as"
        " select date '2025-12-01' as record_begins_date, date '2026-02-20' as proven_from_date"
    )
    fill_metric_values(connection, settings, company, "run-1")
    found = connection.execute("""
        select metric_name, list(period_start order by period_start) from metrics.metric_values
        where metric_name in ('order_amount', 'average_order_value') and period_grain = 'month'
            and dimension_name = 'total' and variant = 'default' and null_reason = 'immature' group by all order by all
    """).fetchall()
    assert found == [
        ("average_order_value", [date(2026, 1, 1), date(2026, 2, 1)]),
        ("order_amount", [date(2026, 1, 1)]),
    ]
