"""The rows behind the figures of variants: the same rows cut at a day, or those of fiscal months."""

from datetime import date
from decimal import Decimal

import pytest

from metrics.explain import explain
from metrics.explained_period import period_of
from metrics.fill import fill_metric_values
from warehouse import run_context
from warehouse.errors import CmwError


@pytest.fixture
def computed(connection, settings, company):
    """Computes the metrics for a day and a fiscal year, and gives the figures of one variant."""

    def look(variant: str, day: str = "2026-03-15", start_month: int = 1) -> list[tuple]:
        run_context.write(settings, company, "run-1", date.fromisoformat(day))
        own = company.model_copy(update={"fiscal_year_start_month": start_month})
        fill_metric_values(connection, settings, own, "run-1")
        return connection.execute(
            "select metric_name, period_grain, period_start, dimension_name, dimension_value, value"
            " from metrics.metric_values where variant = $1 and value is not null",
            [variant],
        ).fetchall()

    return look


def agreeing(connection, figures: list[tuple], variant: str) -> int:
    found = 0
    for name, grain, start, dimension, member, _ in figures:
        period = period_of(start.isoformat(), grain)
        parts = explain(name, connection, period, dimension, member, variant=variant)["parts"]
        assert [part for part in parts if part.agrees is False] == [], (name, grain, start, member)
        found += all(part.agrees for part in parts)
    return found


def test_a_figure_up_to_today_is_the_total_of_the_rows_up_to_today(computed, connection):
    figures = computed("to_date", day="2026-01-20")
    assert ("order_count", "month", date(2026, 1, 1), "total", "total", Decimal(2)) in figures
    assert agreeing(connection, figures, "to_date") == len(figures) > 0


def test_fiscal_quarters_and_years_are_the_totals_of_the_rows_of_their_months(computed, connection):
    figures = computed("fiscal", start_month=2)
    assert {grain for _, grain, *_ in figures} == {"quarter", "year"}
    assert {name for name, *_ in figures} >= {"order_amount", "receivable"}
    assert agreeing(connection, figures, "fiscal") == len(figures) > 5


def test_any_day_of_a_fiscal_period_names_it(computed, connection):
    computed("fiscal", start_month=2)
    found = explain("order_amount", connection, period_of("2025-12-24", "year"), variant="fiscal")
    assert found["figure"]["period_start"] == date(2025, 2, 1)


def test_what_has_no_fiscal_period_says_so(computed, connection):
    computed("fiscal", start_month=2)
    with pytest.raises(CmwError, match="retention_rate has no fiscal year that holds 2026-01-01"):
        explain("retention_rate", connection, period_of("2026"), variant="fiscal")


def test_a_variant_that_the_metric_does_not_have_is_refused(published):
    with pytest.raises(CmwError, match="order_amount has no variant by_colour"):
        explain("order_amount", published, period_of("2026-01"), variant="by_colour")
