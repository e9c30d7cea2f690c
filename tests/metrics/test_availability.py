"""What no source brings, by entity, column and code."""

from types import SimpleNamespace

import duckdb
import pytest

from metrics.availability import COGS_OF_CUSTOMERS, filled_columns, missing_inputs, needs_of
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


def test_a_cost_of_goods_that_names_nobody_is_none_of_customers(ledger):
    governance = SimpleNamespace(required_inputs=(COGS_OF_CUSTOMERS,))
    catalogue = SimpleNamespace(metrics={"margin_at_risk": SimpleNamespace(governance=governance)})
    ledger.execute("create schema core_internal")
    ledger.execute("create table core_internal.int_profit_bases as select false as names_cogs")
    assert filled_columns(ledger, catalogue) == set()
    ledger.execute("update core_internal.int_profit_bases set names_cogs = true")
    assert filled_columns(ledger, catalogue) == {COGS_OF_CUSTOMERS}


def test_of_a_cost_that_names_nobody_the_company_has_a_margin_and_no_customer_has(product_manifest):
    lacking = _lacking(
        load_catalogue(product_manifest),
        {"erp_gl_entries", "erp_gl_entries.account_class=cogs", "erp_invoices", "crm_marketing_costs", "crm_leads"},
    )
    assert not lacking.keys() & {"gross_margin", "customer_contribution_profit", "historic_ltv"}
    assert lacking.keys() >= {"revenue_at_risk", "rfm_score_by_margin", "attributed_gross_margin", "cac_payback_months"}
    assert "contribution_share" in lacking, "customers would bring more than all, and nobody less than nothing"


def test_of_payments_without_applications_the_receivable_is_known_and_nothing_is_late(product_manifest):
    present = {"erp_invoices", "erp_payments", "erp_payment_allocations"}
    lacking = _lacking(load_catalogue(product_manifest), present)
    assert not lacking.keys() & {"accounts_receivable", "days_sales_outstanding", "cash_collected"}
    late = ("ar_ageing", "overdue_rate", "days_to_collect", "on_time_payment_rate", "accounts_receivable_net_of_tax")
    assert {lacking.get(name) for name in late} == {"erp_payment_allocations.payment_id"}


def _lacking(catalogue, present, profile="b2b_project"):
    return missing_inputs(catalogue, present, profile)


def test_without_a_cost_of_goods_a_margin_is_missing_and_never_zero(product_manifest):
    catalogue = load_catalogue(product_manifest)
    metrics = catalogue.metrics.values()
    needs = {need for metric in metrics for need in needs_of(metric.governance.required_inputs, "b2b_project")}
    known = {name for need in needs for name in need.split("|")} - {"predictions"}
    without_cost = {name for name in known if "cogs" not in name and "cost_amount" not in name}
    lacking = _lacking(catalogue, without_cost).keys() - _lacking(catalogue, known).keys()
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


@pytest.mark.parametrize(
    ("account_class", "metrics"),
    [
        ("marketing_expense", ["customer_acquisition_cost", "acquisition_spend", "cac_payback_months"]),
        ("selling_expense", ["cost_per_order", "selling_expense"]),
        ("service_expense", ["cost_to_serve"]),
    ],
)
def test_an_expense_that_no_ledger_posts_is_missing_and_never_zero(product_manifest, account_class, metrics):
    catalogue = load_catalogue(product_manifest)
    cost = {
        "erp_gl_entries.account_class=cogs",
        COGS_OF_CUSTOMERS,
        "crm_contracts",
        "erp_invoices",
        "erp_orders",
        "crm_opportunities",
    }
    without = _lacking(catalogue, {"erp_gl_entries", *cost})
    posted = _lacking(catalogue, {"erp_gl_entries", *cost, f"erp_gl_entries.account_class={account_class}"})
    assert {name: name in without for name in metrics} == dict.fromkeys(metrics, True)
    assert not posted.keys() & set(metrics)


ACTIVE = ("new_customers", "active_customers", "reactivated_customers", "customer_churn_rate", "lifecycle_stage_count")


@pytest.mark.parametrize(
    ("profile", "missing"),
    [("b2b_contract", None), ("b2b_project", "erp_invoices"), ("b2c", "erp_orders or erp_invoices")],
)
def test_what_makes_nobody_active_by_the_profile_is_missing_and_never_zero(product_manifest, profile, missing):
    lacking = _lacking(load_catalogue(product_manifest), {"crm_contracts", "crm_opportunities"}, profile)
    assert [lacking.get(name) for name in ACTIVE] == [missing] * len(ACTIVE)


def test_revenue_is_compared_with_a_year_ago_where_the_ledger_alone_has_it(product_manifest):
    catalogue = load_catalogue(product_manifest)
    assert "net_revenue_retention" not in _lacking(catalogue, {"erp_gl_entries"})
    assert _lacking(catalogue, {"erp_gl_entries"}, "b2b_contract")["net_revenue_retention"] == "crm_contracts"
    assert _lacking(catalogue, {"erp_gl_entries"})["churned_revenue"] == "erp_invoices"


def test_a_crm_with_contracts_knows_who_left_and_no_revenue_of_theirs(product_manifest):
    lacking = _lacking(load_catalogue(product_manifest), {"crm_accounts", "crm_contracts"}, "b2b_contract")
    assert not lacking.keys() & {"customers_lost", "churned_customers", "churned_customers_by_reason"}
    assert lacking["churned_revenue"] == "erp_invoices or erp_orders or erp_gl_entries"


def test_hours_of_customers_need_no_revenue(product_manifest):
    lacking = _lacking(load_catalogue(product_manifest), {"svc_tickets", "svc_time_entries"}, "b2b_contract")
    assert not lacking.keys() & {"customer_service_hours", "unassigned_service_hours"}
    assert "service_effort_index" in lacking


def test_the_contact_rule_needs_contacts_and_revenue_at_risk_revenue(product_manifest):
    catalogue = load_catalogue(product_manifest)
    of_an_erp = _lacking(catalogue, {"erp_invoices", "erp_orders", "erp_gl_entries"})
    for name in ("contact_rule_precision", "contact_rule_warned"):
        assert of_an_erp.get(name) == "crm_activities or svc_ticket_events"
    assert "revenue_at_risk_of_revenue" not in of_an_erp
    of_a_crm = _lacking(catalogue, {"crm_contracts", "crm_activities"}, "b2b_contract")
    assert "contact_rule_warned" not in of_a_crm
    assert of_a_crm["revenue_at_risk_of_revenue"] == "erp_invoices or erp_orders or erp_gl_entries"
