"""metric_values of the tiny project, figure by figure against its rows."""

from datetime import date
from decimal import Decimal

import pytest


@pytest.fixture
def value_of(published):
    """A lookup of one row as a mapping."""

    def look_up(metric, grain, period, dimension="total", member="total"):
        rows = published.execute(
            "select * from metrics.metric_values where metric_name = $1 and period_grain = $2 and period_start = $3"
            " and dimension_name = $4 and dimension_value = $5 and variant = 'default'",
            [metric, grain, date.fromisoformat(period), dimension, member],
        ).fetchall()
        names = [column[0] for column in published.description]
        assert len(rows) <= 1
        return dict(zip(names, rows[0], strict=True)) if rows else None

    return look_up


def test_a_quarters_retention_comes_from_quarter_rows_and_not_from_monthly_flags(value_of):
    quarter = value_of("retention_rate", "quarter", "2026-01-01")
    assert (quarter["numerator"], quarter["denominator"]) == (1, 3)
    assert quarter["value"] == Decimal("0.33333333")


def test_a_ratio_stores_the_pair_it_is_made_of(value_of):
    month = value_of("retention_rate", "month", "2026-01-01")
    assert (month["numerator"], month["denominator"], month["base_count"]) == (2, 3, 3)
    assert month["value"] == Decimal("0.66666667")


def test_a_base_below_the_minimum_gives_no_value_but_the_pair(value_of):
    south = value_of("retention_rate", "month", "2026-01-01", "region", "south")
    assert (south["value"], south["null_reason"]) == (None, "small_base")
    assert (south["numerator"], south["denominator"]) == (0, 1)
    assert south["limit_status"] == "none"


def test_a_base_of_zero_gives_no_value_and_says_no_base(value_of):
    march = value_of("retention_rate", "month", "2026-03-01")
    assert (march["value"], march["null_reason"], march["denominator"]) == (None, "no_base", 0)


def test_a_member_with_nothing_to_divide_is_not_there(value_of):
    assert value_of("retention_rate", "month", "2026-02-01", "region", "unknown") is None


def test_a_zero_that_rows_add_up_to_is_a_zero_before_the_first_other_figure_too(value_of):
    assert value_of("opening_customers", "month", "2025-12-01")["value"] == 0
    december = value_of("retention_rate", "month", "2025-12-01")
    assert (december["value"], december["null_reason"]) == (None, "no_base")


def test_before_the_first_rows_of_a_metric_there_is_no_zero(value_of):
    assert value_of("opening_customers", "month", "2025-11-01") is None
    assert value_of("order_count", "month", "2025-12-01") is None


def test_before_the_first_amount_of_its_model_a_sum_of_money_is_unknown(value_of):
    assert value_of("receivable", "month", "2025-12-01") is None
    assert value_of("receivable", "month", "2026-01-01")["value"] == Decimal("150.15")


def test_a_period_without_rows_has_a_zero_in_an_additive_metric_and_no_base_in_a_ratio(value_of):
    assert value_of("order_amount", "month", "2026-02-01")["value"] == 0
    february = value_of("average_order_value", "month", "2026-02-01")
    assert (february["value"], february["null_reason"]) == (None, "no_base")


def test_money_is_exact_to_the_cent_and_carries_its_currency(value_of):
    january = value_of("order_amount", "month", "2026-01-01")
    assert january["value"] == Decimal("30.33")
    assert january["currency"] == "CNY"
    assert value_of("average_order_value", "month", "2026-01-01")["value"] == Decimal("10.11")
    assert value_of("order_amount", "year", "2026-01-01")["value"] == Decimal("25.33")


def test_a_balance_takes_the_last_month_of_the_quarter(value_of):
    assert value_of("receivable", "month", "2026-01-01")["value"] == Decimal("150.15")
    assert value_of("receivable", "quarter", "2026-01-01")["value"] == Decimal("1.00")
    assert value_of("receivable", "quarter", "2026-01-01", "region", "north")["value"] == Decimal("1.00")
    assert value_of("receivable", "quarter", "2026-01-01", "region", "south") is None


def test_rows_without_a_member_go_to_unknown_and_members_sum_to_the_total(value_of, published):
    assert value_of("order_amount", "month", "2026-01-01", "channel", "unknown")["value"] == Decimal("0.03")
    parts = published.execute(
        "select sum(value) from metrics.metric_values where metric_name = 'order_amount'"
        " and period_grain = 'month' and dimension_name = 'channel' and period_start = '2026-01-01'"
    ).fetchone()[0]
    assert parts == Decimal("30.33")


def test_a_period_that_begins_after_the_day_of_the_run_is_not_there(value_of):
    assert value_of("order_amount", "month", "2027-05-01") is None
    assert value_of("order_count", "day", "2027-05-01") is None


def test_days_are_computed_in_total_only(value_of, published):
    assert value_of("order_count", "day", "2026-01-05")["value"] == 1
    names = published.execute(
        "select distinct dimension_name from metrics.metric_values where period_grain = 'day'"
    ).fetchall()
    assert names == [("total",)]


def test_a_derived_metric_is_computed_by_metricflow(value_of):
    assert value_of("lost_customers", "month", "2026-01-01")["value"] == 1


def test_a_median_waits_until_its_period_is_mature(value_of):
    assert value_of("waiting_days", "month", "2026-01-01")["value"] == 4
    march = value_of("waiting_days", "month", "2026-03-01")
    assert (march["value"], march["null_reason"]) == (None, "immature")


def test_whether_there_is_a_control_group_is_said_of_mature_periods_alone(value_of):
    february = value_of("waiting_days", "month", "2026-02-01")
    assert (february["base_count"], february["null_reason"]) == (0, "immature")


def test_limits_are_judged_by_direction(value_of):
    assert value_of("retention_rate", "month", "2026-01-01")["limit_status"] == "ok"
    assert value_of("retention_rate", "month", "2026-02-01")["limit_status"] == "warning"
    assert value_of("retention_rate", "month", "2026-02-01")["value"] == Decimal("0.5")
    assert value_of("retention_rate", "quarter", "2026-01-01")["limit_status"] == "none"
    assert value_of("waiting_days", "month", "2026-01-01")["limit_status"] == "warning"


def test_a_value_beyond_a_limit_says_which_it_is_beyond(value_of):
    assert value_of("retention_rate", "month", "2026-01-01")["limit_value"] is None
    assert value_of("retention_rate", "month", "2026-02-01")["limit_value"] == Decimal("0.6")


def test_targets_hold_for_their_scope_and_the_companys_own_go_first(value_of):
    assert value_of("retention_rate", "month", "2026-01-01")["target_value"] == Decimal("0.9")
    assert value_of("retention_rate", "month", "2026-02-01")["target_value"] == Decimal("0.95")
    assert value_of("retention_rate", "month", "2026-01-01", "region", "north")["target_value"] == Decimal("0.5")
    assert value_of("order_amount", "month", "2026-01-01")["target_value"] == 45
    assert value_of("order_amount", "month", "2026-02-01")["target_value"] == 30


def test_a_benchmark_is_compared_only_where_its_definition_fits(value_of):
    assert value_of("retention_rate", "quarter", "2026-01-01")["benchmark_value"] == Decimal("0.7")
    assert value_of("retention_rate", "month", "2026-01-01")["benchmark_value"] is None


def test_the_period_before_is_beside_the_value_and_unknown_before_the_first(value_of):
    assert value_of("order_amount", "month", "2026-01-01")["previous_value"] is None
    assert value_of("order_amount", "month", "2026-02-01")["previous_value"] == Decimal("30.33")
    assert value_of("order_amount", "month", "2026-02-01")["change_type"] == "relative"
    assert value_of("retention_rate", "month", "2026-02-01")["change_type"] == "points"


def test_the_shares_of_the_members_are_of_the_total_and_sum_to_one(value_of):
    web = value_of("channel_share", "month", "2026-01-01", "channel", "web")
    unknown = value_of("channel_share", "month", "2026-01-01", "channel", "unknown")
    assert (web["numerator"], web["denominator"]) == (Decimal("30.30"), Decimal("30.33"))
    assert web["value"] + unknown["value"] == value_of("channel_share", "month", "2026-01-01")["value"] == 1


def test_nothing_to_divide_by_has_the_reason_that_the_metric_gives_it(value_of):
    assert value_of("channel_share", "month", "2026-03-01")["null_reason"] == "no_losses"


def test_an_estimate_has_the_ends_of_its_interval_beside_it(value_of):
    january = value_of("order_estimate", "month", "2026-01-01")
    assert (january["value"], january["lower_bound"], january["upper_bound"]) == (Decimal("30.33"), 3, 3)
