"""What no source brings, by entity, column and code."""

from types import SimpleNamespace

import duckdb
import pytest

from metrics.availability import filled_columns, missing_inputs
from metrics.catalogue import load_catalogue

COST = "erp_gl_entries.account_class=cogs|erp_invoice_lines.cost_amount"


@pytest.fixture
def ledger():
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        connection.execute("create table staging.stg_erp__gl_entries as select 'revenue' as account_class")
        connection.execute("create table staging.stg_erp__invoice_lines as select null::decimal(18, 2) as cost_amount")
        yield connection


def test_a_ledger_that_posts_no_cost_of_goods_brings_none(ledger):
    governance = SimpleNamespace(required_inputs=("erp_gl_entries", COST))
    catalogue = SimpleNamespace(metrics={"margin": SimpleNamespace(governance=governance)})
    assert filled_columns(ledger, catalogue) == set()
    ledger.execute("insert into staging.stg_erp__gl_entries values ('cogs')")
    assert filled_columns(ledger, catalogue) == {"erp_gl_entries.account_class=cogs"}


def test_without_a_cost_of_goods_a_margin_is_missing_and_never_zero(product_manifest):
    catalogue = load_catalogue(product_manifest)
    needs = {need for metric in catalogue.metrics.values() for need in metric.governance.required_inputs}
    known = {name for need in needs for name in need.split("|")} - {"predictions"}
    without_cost = {name for name in known if "cogs" not in name and "cost_amount" not in name}
    lacking = missing_inputs(catalogue, without_cost).keys() - missing_inputs(catalogue, known).keys()
    assert lacking >= {
        "gross_margin",
        "gross_margin_rate",
        "rfm_score_by_margin",
        "margin_budget_difference",
        "margin_budget_effects",
        "attributed_gross_margin",
        "marketing_return",
        "marketing_roi",
        "marketing_roi_first",
        "marketing_roi_last",
        "marketing_roi_position",
        "cac_payback_months",
        "unpaid_cohort_age_months",
    }
    assert not lacking & {"net_revenue", "marketing_spend", "budget_variance", "rfm_score"}
