"""Listing, describing and reading metrics from the published tables."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from metrics import show
from metrics.history import history
from warehouse.errors import CmwError


def test_the_list_is_in_the_catalogues_order_with_the_newest_finished_value(published):
    rows = show.list_metrics(published)
    assert [row["metric_name"] for row in rows] == [
        "channel_share", "order_estimate", "waiting_days", "order_amount", "average_order_value", "retention_rate",
        "receivable",
    ]  # fmt: skip
    amount = rows[3]
    assert (amount["period_start"], amount["value"]) == (date(2026, 2, 1), Decimal(0))
    assert amount["label_zh"] == "订单金额"


def test_numerators_and_denominators_are_listed_on_request_and_levels_can_be_chosen(published):
    assert len(show.list_metrics(published, supporting=True)) == 11
    assert [row["metric_name"] for row in show.list_metrics(published, level="strategic")] == [
        "retention_rate",
        "receivable",
    ]
    assert [row["metric_name"] for row in show.list_metrics(published, owner="finance")] == ["receivable"]


@pytest.mark.parametrize("wrong", [{"level": "top"}, {"module": "sales"}, {"owner": "nobody"}])
def test_a_choice_that_no_metric_has_is_told_with_what_there_is(published, wrong):
    with pytest.raises(CmwError, match=r"No metric has the .*Take one of \w+"):
        show.list_metrics(published, **wrong)


def test_a_metric_is_described_with_owner_lineage_and_current_values(published):
    metric = show.describe("retention_rate", published)
    assert metric["owner"] == "customer_success"
    assert metric["formula"] == "retained_customers ÷ opening_customers"
    assert metric["lineage"] == ["customer_periods"]
    assert metric["targets"].startswith("0.9 by month (test); 0.95")
    current = {row["period_grain"]: row for row in metric["current"]}
    assert current["month"]["value"] == Decimal("0.5")
    assert current["month"]["limit_status"] == "warning"
    assert current["quarter"]["benchmark_value"] == Decimal("0.7")
    assert show.describe("opening_customers", published)["used_by"] == ["retention_rate"]


def test_values_come_newest_first_by_grain_and_dimension(published):
    rows = show.values("order_amount", published, dimension="channel", periods=2)
    assert [(row["period_start"], row["dimension_value"]) for row in rows] == [
        (date(2026, 3, 1), "shop"),
        (date(2026, 1, 1), "unknown"),
        (date(2026, 1, 1), "web"),
    ]


def test_a_part_says_in_whose_rows_it_stands_by_a_dimension_that_it_has_not(published):
    with pytest.raises(CmwError, match="opening_customers is not published by region") as raised:
        show.values("opening_customers", published, dimension="region")
    assert "denominator or base_count of retention_rate by region" in str(raised.value)
    with pytest.raises(CmwError, match=r"Take one of total\.$"):
        show.values("opening_customers", published, dimension="colour")


def test_a_misspelt_metric_gets_the_nearest_name(published):
    with pytest.raises(CmwError, match="do you mean retention_rate"):
        show.describe("retentoin_rate", published)


@pytest.mark.parametrize(
    ("choice", "remedy"), [({"grain": "week"}, "month, quarter"), ({"dimension": "colour"}, "region")]
)
def test_what_is_not_computed_is_refused_with_what_is(published, choice, remedy):
    with pytest.raises(CmwError) as error:
        show.values("retention_rate", published, **choice)
    assert remedy in error.value.remedy


def test_before_the_first_run_there_is_nothing_to_show():
    with duckdb.connect() as empty, pytest.raises(CmwError, match="cmw run"):
        show.list_metrics(empty)


def test_the_history_is_a_chart_with_its_ends(published):
    past = history(published, "order_amount")
    assert (past["from"], past["to"], past["highest"]) == ("2026-01", "2026-02", "30 CNY")
    assert past["chart"] == "█▁"
    assert history(published, "channel_share")["chart"] == ""
