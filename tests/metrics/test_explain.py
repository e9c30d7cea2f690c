"""The rows behind a figure: the same that gave it, whatever the kind of metric."""

from datetime import date
from decimal import Decimal

import pytest

from metrics.explain import explain
from metrics.explained_period import period_of
from warehouse.errors import CmwError


def test_every_published_figure_is_the_total_of_its_rows(published):
    figures = published.execute(
        "select metric_name, period_grain, period_start, dimension_name, dimension_value from metrics.metric_values"
        " where variant = 'default' and value is not null"
    ).fetchall()
    compared = set()
    for name, grain, start, dimension, member in figures:
        for part in explain(name, published, period_of(start.isoformat(), grain), dimension, member)["parts"]:
            assert part.agrees is not False, (name, grain, start, dimension, member, part)
            compared |= {(part.role, part.what.split()[0])} if part.agrees else set()
    assert {what for _, what in compared} == {"sum", "count", "median"}
    assert {role for role, _ in compared} == {"value", "numerator", "denominator"}


def test_rows_are_named_and_the_largest_comes_first(published):
    (part,) = explain("order_amount", published, period_of("2026-01"))["parts"]
    assert [row["amount"] for row in part.rows] == [Decimal("20.20"), Decimal("10.10"), Decimal("0.03")]
    assert [row["date"] for row in part.rows] == [date(2026, 1, 20), date(2026, 1, 5), date(2026, 1, 31)]
    assert part.total == Decimal("30.33")


def test_a_member_has_its_own_rows_and_a_share_the_denominator_of_all(published):
    numerator, denominator = explain("channel_share", published, period_of("2026-01"), "channel", "web")["parts"]
    assert len(numerator.rows) == 2
    assert len(denominator.rows) == 3
    assert numerator.agrees and denominator.agrees


def test_a_balance_takes_the_last_day_of_the_period_and_the_rows_of_its_own_grain(published):
    """A quarter's receivable is that of its last month, March; the rows of quarters are not looked at."""
    (part,) = explain("receivable", published, period_of("2026-Q1"))["parts"]
    assert [(row["date"], row["amount"]) for row in part.rows] == [(date(2026, 3, 1), Decimal(1))]
    assert part.agrees


def test_a_median_lists_its_members_and_a_formula_its_inputs(published):
    (part,) = explain("waiting_days", published, period_of("2026-01"))["parts"]
    assert [row["amount"] for row in part.rows] == [1, 4, 7]
    assert part.total == 4
    found = explain("lost_customers", published, period_of("2026-01"))
    assert [(part.metric_name, part.total) for part in found["parts"]] == [
        ("opening_customers", 3),
        ("retained_customers", 2),
    ]


@pytest.mark.parametrize(
    ("name", "text", "scope", "remedy"),
    [
        ("order_amount", "2031-01", (), "--grain month --by total"),
        ("order_amount", "2026-01", ("channel", "pigeon"), "--by channel"),
        ("order_amuont", "2026-01", (), "cmw metrics list"),
    ],
)
def test_what_is_not_published_is_refused_with_what_to_look_at(published, name, text, scope, remedy):
    with pytest.raises(CmwError) as error:
        explain(name, published, period_of(text), *scope)
    assert remedy in error.value.remedy


@pytest.mark.parametrize(
    ("text", "grain", "start", "end"),
    [
        ("2026", "", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-Q4", "", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-12", "", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-02-28", "", date(2026, 2, 28), date(2026, 3, 1)),
        ("2026-03-01", "week", date(2026, 2, 23), date(2026, 3, 2)),
        ("2026-05", "quarter", date(2026, 4, 1), date(2026, 7, 1)),
        ("2026-W09", "", date(2026, 2, 23), date(2026, 3, 2)),
        ("2026-03-01", "year", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_is_written_as_people_do(text, grain, start, end):
    found = period_of(text, grain)
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize("text", ["August", "2026-13", "2026-02-30", "2026-Q5", "2026-W54", ""])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(CmwError, match="no period"):
        period_of(text)
