"""The metrics that the product ships: complete, compilable, documented."""

import json
import re
from collections import Counter
from typing import get_args

import pytest
import yaml

from metrics import page
from metrics.availability import COGS_OF_CUSTOMERS, missing_inputs, needs_of
from metrics.catalogue import Catalogue, load_catalogue
from metrics.compile import Compiler, requests_for
from warehouse.company import Profile
from warehouse.settings import PROJECT_ROOT

SHIPPED = [
    "new_customers", "new_leads", "lead_conversion_rate", "marketing_roi", "opportunity_win_rate",
    "sales_cycle_days", "stage_conversion_rate", "pipeline_value", "average_order_value", "active_customers",
    "customer_retention_rate", "customer_churn_rate", "net_revenue_retention", "gross_revenue_retention",
    "repeat_purchase_rate", "net_revenue", "gross_margin_rate", "customer_contribution_profit", "arpu",
    "revenue_concentration_top_n", "accounts_receivable", "overdue_rate", "days_sales_outstanding",
    "days_to_collect", "first_response_hours", "complaint_rate", "health_score", "at_risk_customers",
    "revenue_at_risk", "data_completeness",
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(product_manifest) -> Catalogue:
    return load_catalogue(product_manifest)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_metric_is_shipped_with_a_number(catalogue, name):
    assert catalogue.get(name).governance.number


def test_both_inputs_of_every_ratio_are_metrics_too(catalogue):
    ratios = [metric for metric in catalogue.metrics.values() if metric.kind == "ratio"]
    assert len(ratios) > 15
    for metric in ratios:
        assert metric.numerator in catalogue.metrics
        assert metric.denominator in catalogue.metrics
        is_share = metric.governance.share_of_total
        assert is_share or "I13" in metric.governance.invariants or not metric.dimensions


def test_no_two_metrics_have_one_description(catalogue):
    for words in ("description", "label"):
        counted = Counter(getattr(metric, words) for metric in catalogue.metrics.values())
        assert [text for text, count in counted.items() if count > 1] == []
    chinese = Counter(metric.governance.description_zh for metric in catalogue.metrics.values())
    assert [text for text, count in chinese.items() if count > 1] == []


def test_every_metric_compiles_in_total_and_by_each_of_its_dimensions(catalogue):
    compiler = Compiler(catalogue.semantic_manifest)
    asked = [one for one in requests_for(catalogue.metrics.values()) if one.grain in ("month", "quarter")]
    covered = set()
    for request in asked:
        sql = compiler.sql(request)
        assert all(f" AS {name}" in sql for name in request.metrics)
        covered |= {(name, request.dimension) for name in request.metrics}
    for metric in catalogue.metrics.values():
        if metric.model and metric.kind != "ratio":
            assert {(metric.name, dimension) for dimension in ("total", *metric.dimensions)} <= covered


def test_a_model_with_several_grains_is_asked_for_one_of_them(catalogue):
    compiler = Compiler(catalogue.semantic_manifest)
    asked = [request for request in requests_for(catalogue.metrics.values()) if request.grain_dimension]
    assert {request.entity for request in asked} == {
        "customer_period", "customer_at_start", "survey_answer", "lost_customer", "revenue_movement", "stage_period",
        "group_period",
    }  # fmt: skip
    quarter = next(request for request in asked if request.grain == "quarter")
    assert "period_grain = 'quarter'" in compiler.sql(quarter)


def test_saved_queries_ask_those_models_for_one_grain_and_hold_their_headline_metrics(catalogue):
    queries = json.loads(catalogue.semantic_manifest.read_text(encoding="utf-8"))["saved_queries"]
    assert len(queries) == 15
    for grain in ("month", "quarter", "year"):
        asked = [query["query_params"] for query in queries if query["name"].endswith(f"_by_{grain}")]
        assert all(f"= '{grain}'" in str(query["where"]) and f"'{grain}'" in str(query["group_by"]) for query in asked)
        named = {name for query in asked for name in query["metrics"]}
        assert {metric.name for metric in catalogue.headline() if metric.grain_dimension} == named


def test_every_owner_and_deputy_has_a_route(catalogue):
    routes = yaml.safe_load((PROJECT_ROOT / "config" / "alert_routes.yml").read_text(encoding="utf-8"))["owners"]
    named = {metric.governance.owner for metric in catalogue.metrics.values()}
    named |= {metric.governance.deputy for metric in catalogue.metrics.values()} - {""}
    assert named <= set(routes)


def _contract() -> set[str]:
    """Every entity, every column as entity.column, and every code of it as entity.column=code."""
    known = {COGS_OF_CUSTOMERS}
    for path in (PROJECT_ROOT / "ingestion" / "contract").glob("*/*.yml"):
        columns = yaml.safe_load(path.read_text(encoding="utf-8"))["columns"]
        known |= {path.stem, *(f"{path.stem}.{column}" for column in columns)}
        known |= {f"{path.stem}.{column}={code}" for column, kind in columns.items() for code in kind.get("values", ())}
    return known


def test_what_a_metric_needs_is_in_the_contract(catalogue):
    known = _contract()
    for metric in catalogue.metrics.values():
        known_here = known | {"predictions"} if metric.kind == "without_input" else known
        for profile in get_args(Profile):
            for need in needs_of(metric.governance.required_inputs, profile):
                assert set(need.split("|")) <= known_here, metric.name


def test_what_needs_predictions_stands_in_the_catalogue_without_values(catalogue):
    lacking = missing_inputs(catalogue, _contract(), "b2b_project")
    assert set(lacking.values()) == {"predictions"}
    assert {catalogue.get(name).governance.number for name in lacking} == {"52", "54", "81", "83", "84", "85", "86"}


@pytest.mark.parametrize("name", ["revenue_at_risk", "revenue_at_risk_of_revenue", "saving_where_customers_leave"])
def test_money_at_risk_is_unknown_and_not_zero_while_no_churn_rate_is_observed(catalogue, name):
    metric = catalogue.get(name)
    assert (metric.base, metric.governance.empty_reason) == ("customers_with_known_risk", "immature")


def test_the_catalogue_has_every_number(catalogue):
    numbers = {metric.governance.number for metric in catalogue.headline()}
    wanted = {str(number) for number in range(1, 98)} | {"80a", "80b", "80c", "80d"}
    assert wanted <= numbers


def test_the_committed_page_is_current(product_manifest, catalogue, capsys):
    """If this fails, run ``python -m metrics.page`` after ``cmw run`` and commit docs/metric_catalogue.md."""
    assert page.main(["--check", str(product_manifest)]) == 0, capsys.readouterr().err


def test_the_page_names_every_metric(catalogue):
    text = page.render(catalogue)
    for metric in catalogue.metrics.values():
        assert f"`{metric.name}`" in text
        assert metric.governance.label_zh in text


def test_what_counts_the_last_answer_of_a_period_is_not_made_of_months(catalogue):
    """A customer who answers in April and in June is one answer of the year: months would count him twice."""
    parts = ("promoter_points", "promoter_answers")
    assert {catalogue.metrics[name].governance.additivity for name in parts} == {"non_additive"}
    assert catalogue.metrics["satisfaction_answers"].governance.additivity == "additive"


def test_what_replays_the_last_months_has_no_period_that_began_before_them(catalogue):
    """Else a year shrinks month by month, and each closed one is restated for nothing."""
    macro = (PROJECT_ROOT / "dbt_project" / "macros" / "health.sql").read_text("utf-8")
    months = int(re.search(r"macro lifecycle_months\(\) %}(\d+)", macro).group(1))
    replayed = [
        metric
        for metric in catalogue.metrics.values()
        if metric.rows and metric.rows.table == "metric_rows.int_metric_warning_replays"
    ]
    ratios = [
        metric for metric in catalogue.metrics.values() if {one.name for one in replayed} & set(metric.inputs.values())
    ]
    assert len(replayed) >= 6 and len(ratios) >= 3
    assert {one.name: one.governance.window_months for one in [*replayed, *ratios]} == {
        one.name: months for one in [*replayed, *ratios]
    }
