"""The worked examples in what is published: the big customer who earns least, the three who are the company, twenty."""

import pytest

from tests.end_to_end.conftest import LivingCompany
from tests.end_to_end.truth import KEYED

YEAR = "published.marts.customer_profitability.month_start = date '2026-06-01'"


def test_the_big_customer_earns_less_than_the_one_of_half_his_size(published_company):
    figures = {
        role: (sales, margin, service, contribution)
        for role, sales, margin, service, contribution in published_company.with_truth(f"""
            {KEYED}
            select golden_role, trailing_12_month_net_revenue, trailing_12_month_gross_margin,
                trailing_12_month_cost_to_serve, trailing_12_month_contribution_profit
            from published.marts.customer_profitability
            inner join keyed using (customer_key)
            inner join truth_customers using (true_customer_id)
            where golden_role in ('big_and_poor', 'half_the_size') and {YEAR}
        """)
    }
    big, small = figures["big_and_poor"], figures["half_the_size"]
    assert 0.45 < small[0] / big[0] < 0.55
    assert float(big[1] / big[0]) == pytest.approx(0.08, abs=0.01)
    assert big[2] / big[0] > 2 * small[2] / small[0]
    assert big[3] < small[3] / 2


@pytest.fixture(scope="module", params=["shop", "twenty", "concentrated"])
def other_company(request, published_company, tmp_path_factory) -> LivingCompany:
    """A company of another kind, run with the settings that `cmw demo create` writes for it."""
    company = LivingCompany(tmp_path_factory.mktemp(request.param) / request.param)
    company.take_compiled(published_company)
    size = ["--customers", "200", "--months", "24"] if request.param == "shop" else []
    company.cmw("demo", "create", "--profile", request.param, *size)
    company.cmw("run")
    return company


@pytest.mark.slow
def test_another_company_ties_to_its_ledger_and_to_its_truth(other_company):
    assert other_company.query("""
        select count(*) from quality.reconciliation where scope = 'ledger' and difference_value <> 0
    """) == [(0,)]
    assert other_company.query("select count(*) > 0 from quality.reconciliation where scope = 'ledger'") == [(True,)]
    [(truth, marts, held)] = other_company.with_truth("""
        select (select sum(revenue) from truth_customer_months), sum(marts_amount), sum(held_value)
        from published.quality.reconciliation where scope = 'ledger' and account_class = 'revenue'
    """)
    assert truth == abs(marts) + held


@pytest.mark.slow
def test_what_is_special_about_the_company_can_be_read_in_its_marts(other_company):
    if other_company.home.name == "twenty":
        [(known,)] = other_company.query("select count(*) from core.dim_customers where first_invoice_date is not null")
        assert 18 <= known <= 21  # the unassigned member may hold documents too
    elif other_company.home.name == "concentrated":
        [(revenue, receivable)] = other_company.query("""
            select revenue_share, receivable_share from marts.revenue_concentration
            where top_n = 3 and month_start = date '2026-06-01'
        """)
        assert 0.57 < revenue < 0.63
        assert 0.76 < receivable < 0.84
    else:
        [(buyers, again)] = other_company.query("""
            select count(*), count(*) filter (orders > 1)
            from (select count(*) as orders from core.fct_orders group by customer_key)
        """)
        assert again / buyers > 0.4
        assert other_company.query("select count(*) from core.fct_contracts") == [(0,)]
