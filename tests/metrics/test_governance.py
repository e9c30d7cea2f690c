"""A metric whose governance is incomplete does not build, and the message says what to write."""

import textwrap

import pytest
import yaml

from metrics.catalogue import load_catalogue
from metrics.governance import Governance
from warehouse.errors import CmwError
from warehouse.settings import PROJECT_ROOT


def test_the_pattern_for_contributors_is_complete():
    text = (PROJECT_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = textwrap.dedent(text.partition("```yaml\n")[2].partition("```")[0])
    [metric] = yaml.safe_load(block)["metrics"]
    assert Governance.model_validate(metric["config"]["meta"]).number == "C1"
    assert set(metric) == {"name", "label", "description", "type", "type_params", "config"}


@pytest.mark.parametrize(
    "key",
    [
        "owner",
        "level",
        "direction",
        "invariants",
        "label_zh",
        "description_zh",
        "module",
        "unit",
        "additivity",
        "version",
    ],
)
def test_a_metric_without_it_does_not_build(change, key):
    with pytest.raises(CmwError) as error:
        change("retention_rate", drop=key)
    assert "metric retention_rate" in error.value.what
    assert f"{key} is missing" in error.value.what
    assert f"{key}:" in error.value.remedy
    assert "metrics_of_customers.yml" in error.value.what


@pytest.mark.parametrize("key", ["number", "grains", "action", "action_zh", "required_inputs"])
def test_only_a_supporting_metric_may_leave_it_out(change, key):
    with pytest.raises(CmwError, match=f"metric retention_rate: {key} is missing"):
        change("retention_rate", drop=key)


@pytest.mark.parametrize("key", ["label", "description"])
def test_the_english_words_stand_beside_the_name(change, key):
    with pytest.raises(CmwError, match=f"metric order_count: {key} is missing"):
        change("order_count", node={key: ""})


def test_all_that_is_wrong_with_a_metric_is_told_and_a_misspelt_key_with_the_right_one(change):
    with pytest.raises(CmwError) as error:
        change("retention_rate", drop="owner", ownr="sales", level="tactical")
    told = error.value.what.partition("metric retention_rate: ")[2]
    assert told.startswith("ownr is no key of a metric; ") and "owner is missing" in told and "level " in told
    assert error.value.remedy == "Did you mean owner instead of ownr"


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ({"level": "tactical"}, "level"),
        ({"owner": ""}, "owner"),
        ({"invariants": []}, "invariants"),
        ({"invariants": ["I24"]}, "I24 is no invariant"),
        ({"ownr": "sales"}, "ownr"),
        ({"limits": [{"origin": "x"}]}, "needs a warning or a critical value"),
        ({"limits": [{"warning": [0, 1], "origin": "x"}]}, "is one number"),
        ({"limits": [{"warning": 1, "origin": "x"}, {"critical": 1, "origin": "y"}]}, "two limits hold for one grain"),
        ({"limits": [{"grains": ["week"], "warning": 1, "origin": "x"}]}, "limits: week is none of its grains"),
        ({"limits": [{"dimensions": ["tier"], "warning": 1, "origin": "x"}]}, "limits: tier is none of its dimensions"),
        ({"limits": [{"warning": 0.4, "critical": 0.6, "origin": "x"}]}, "critical 0.6 is reached before warning 0.4"),
        ({"targets": [{"grain": "year", "value": 1, "origin": "x"}]}, "targets: year is none of its grains"),
        (
            {"targets": [{"grain": "month", "value": 1, "dimension": "region", "origin": "x"}]},
            "a dimension and its member go together",
        ),
        ({"targets": [{"grain": "month", "value": one, "origin": "x"} for one in (1, 2)]}, "two targets hold for one"),
        ({"description_zh": "Share of customers"}, "description_zh 'Share of customers' is no Chinese"),
        ({"label_zh": ""}, "label_zh is empty"),
        ({"number": "first"}, "number 'first' is none, such as C1"),
        ({"benchmark": {"value": 1, "source": "x"}}, "benchmark.unknown is missing"),
        ({"base": "order_count"}, "base order_count is no metric of the semantic model customer_periods"),
        ({"number": 25}, "number 25 is already that of"),
        ({"dimensions": ["region", "colour"]}, "dimension colour is not in the semantic model"),
        ({"additivity": "additive"}, "additivity is additive but its type is ratio"),
    ],
)
def test_a_wrong_value_is_named(change, meta, message):
    with pytest.raises(CmwError) as error:
        change("retention_rate", **meta)
    assert message in error.value.what
    assert error.value.remedy


@pytest.mark.parametrize("key", ["grains", "required_inputs"])
def test_a_supporting_metric_that_nothing_is_made_of_must_say_it_itself(change, key):
    with pytest.raises(CmwError, match=f"metric lost_customers: {key} is missing, and no other metric is made of it"):
        change("lost_customers", drop=key)


def test_a_missing_manifest_says_how_to_get_one(tmp_path):
    with pytest.raises(CmwError, match="cmw run"):
        load_catalogue(tmp_path / "manifest.json")


def test_a_supporting_metric_is_computed_wherever_its_users_are(change):
    metrics = change("retention_rate").metrics
    assert metrics["opening_customers"].grains == ("month", "quarter")
    assert ("month", "region") in metrics["opening_customers"].computed_scopes()
    assert metrics["order_count"].grains == ("day", "month")


def test_a_part_is_published_by_the_dimensions_that_it_names_itself(change):
    metrics = change("retention_rate").metrics
    assert ("month", "total") in metrics["opening_customers"].scopes()
    assert ("month", "region") not in metrics["opening_customers"].scopes()
    assert ("month", "region") in metrics["retention_rate"].scopes()


def test_a_ratio_over_a_count_has_it_as_its_base(change):
    metrics = change("retention_rate").metrics
    assert metrics["retention_rate"].base == "opening_customers"
    assert metrics["waiting_days"].base == "order_count"
    assert metrics["receivable"].base == ""


def test_formula_and_lineage_are_read_from_the_definition(change):
    metrics = change("retention_rate").metrics
    assert metrics["retention_rate"].formula == "retained_customers ÷ opening_customers"
    assert metrics["retained_customers"].formula == "sum(is_retained) of customer_periods"
    assert metrics["receivable"].formula.endswith("where {{ Dimension('customer_month__grain') }} = 'month'")
    assert metrics["retention_rate"].lineage == ("customer_periods",)


VARIANT = {"supporting": True, "variant_of": "order_amount", "variant": "estimated", "number": ""}


def test_a_variant_is_published_under_the_name_of_its_metric(change):
    assert change("order_estimate", **VARIANT).get("order_estimate").published_as == ("order_amount", "estimated")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"variant_of": "order_count"}, "order_count is no metric with a number"),
        ({"variant_of": "nothing"}, "nothing is no metric with a number"),
        ({"variant": "to_date"}, "variant to_date is the warehouse's own"),
        ({"variant": ""}, "a variant is a supporting metric with variant_of and variant"),
        ({"supporting": False, "number": "8"}, "a variant is a supporting metric with variant_of and variant"),
    ],
)
def test_a_variant_is_one_of_a_metric_with_a_number_and_has_a_name_of_its_own(change, wrong, message):
    with pytest.raises(CmwError, match=message):
        change("order_estimate", **{**VARIANT, **wrong})


def test_a_metric_has_each_variant_once(change):
    change("order_estimate", **VARIANT)
    with pytest.raises(CmwError, match="order_amount estimated exists twice"):
        change("waiting_days", **VARIANT)


def test_a_count_is_not_published_as_money(change):
    with pytest.raises(CmwError, match="order_count: unit is money, but its measure counts"):
        change("order_count", unit="money")


@pytest.mark.parametrize(
    ("needs", "remedy"),
    [("erp_order", "Did you mean erp_orders"), ("erp_orders.chanel|erp_orders", "Did you mean channel")],
)
def test_a_required_input_that_the_contract_does_not_know_is_named(change, needs, remedy):
    contract = (PROJECT_ROOT / "dbt_project/macros/generated/contract.sql").read_text(encoding="utf-8")
    with pytest.raises(CmwError) as error:
        change("order_count", contract=contract, required_inputs=[needs])
    assert f"required_inputs names {needs.split('|')[0]}, which is not in the contract" in error.value.what
    assert error.value.remedy == remedy
    change("order_count", contract=contract, required_inputs=["activity", "erp_orders.channel|svc_tickets"])


@pytest.mark.parametrize("named", ["purchase__colour", "customer__channel"])
def test_a_filter_that_its_semantic_model_cannot_answer_is_named(change, named):
    condition = {"where_filters": [{"where_sql_template": f"{{{{ Dimension('{named}') }}}} = 'x'"}]}
    with pytest.raises(CmwError) as error:
        change("order_count", node={"filter": condition})
    assert f"metric order_count: the filter names {named}, which the semantic model orders does not have" in str(
        error.value
    )
    assert "Take one of purchase__channel" in error.value.remedy
