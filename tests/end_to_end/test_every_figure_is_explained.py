"""Every published figure of a month can be traced to rows whose sum it is (invariant I19), from the published file."""

import json

import duckdb
import pytest

from metrics.explain import explain
from metrics.explained_period import period_of

MONTH = "2026-05"


@pytest.fixture(scope="module")
def published(published_company):
    path = published_company.home / "published" / "current" / "customer_metrics.duckdb"
    with duckdb.connect(str(path), read_only=True) as opened:
        yield opened


def _figures(published, condition: str) -> list[tuple[str, str, str]]:
    return published.execute(f"""
        select catalogue.metric_name, figures.dimension_name, max(figures.dimension_value)
        from metrics.metric_values as figures
        inner join metrics.metric_catalogue as catalogue
            on coalesce(catalogue.variant_of, catalogue.metric_name) = figures.metric_name
            and coalesce(catalogue.variant, 'default') = figures.variant
        where figures.period_grain = 'month' and figures.period_start = date '{MONTH}-01' and {condition}
            and (figures.value is not null or figures.numerator is not null)
        group by all order by all
    """).fetchall()


def test_in_total_the_rows_of_every_metric_give_its_value(published):
    figures = _figures(published, "figures.dimension_name = 'total'")
    traced = set()
    for name, _, _ in figures:
        parts = explain(name, published, period_of(MONTH))["parts"]
        assert [part.metric_name for part in parts if part.agrees is False] == [], name
        traced |= {name} if all(part.agrees for part in parts) else set()
    with_value = {name for name, _, _ in _figures(published, "figures.dimension_name = 'total' and value is not null")}
    # a formula over other metrics shows its inputs instead
    assert with_value - traced <= {"campaign_lift", "campaign_lift_lower", "campaign_lift_upper"}
    assert len(traced) > 150


# Of each grain, dimension and variant a few metrics, whichever their names' digests choose, in their newest period.
SAMPLE = """
    with figures as (
        select catalogue.metric_name, figures.* exclude (metric_name)
        from metrics.metric_values as figures
        inner join metrics.metric_catalogue as catalogue
            on coalesce(catalogue.variant_of, catalogue.metric_name) = figures.metric_name
            and (
                coalesce(catalogue.variant, 'default') = figures.variant
                or (figures.variant = 'to_date' and catalogue.variant is null)
            )
        where coalesce(figures.value, figures.numerator) is not null and catalogue.number is distinct from '93'
    )
    select metric_name, period_grain, max(period_start), dimension_name,
        max_by(dimension_value, (period_start, md5(dimension_value))), if(variant = 'to_date', 'to_date', '')
    from figures
    where {condition}
    group by metric_name, period_grain, dimension_name, variant
    qualify row_number() over (partition by period_grain, dimension_name, variant order by md5(metric_name)) <= {each}
    order by all
"""


def _explained(published, condition: str, each: int) -> set[tuple[str, str, str]]:
    """Explains the sample; gives the (grain, dimension, variant) that agreed."""
    agreed = set()
    for name, grain, start, dimension, member, variant in published.execute(
        SAMPLE.format(condition=condition, each=each)
    ).fetchall():
        scope = (dimension, member) if dimension != "total" else ("total", "total")
        for part in explain(name, published, period_of(start.isoformat(), grain), *scope, variant=variant)["parts"]:
            assert part.agrees is not False, (name, grain, start, dimension, member, variant, part)
            agreed |= {(grain, dimension, variant)} if part.agrees else set()
    return agreed


def test_members_of_every_dimension_by_every_grain_are_the_totals_of_their_own_rows(published):
    agreed = _explained(published, "dimension_name <> 'total' and variant <> 'to_date'", each=3)
    assert {dimension for _, dimension, _ in agreed} >= {"owner", "region", "channel", "tier", "stage", "product_line"}
    assert {grain for grain, dimension, _ in agreed if dimension == "owner"} == {"week", "month", "quarter", "year"}


def test_totals_of_days_weeks_quarters_and_years_are_the_totals_of_their_rows(published):
    agreed = _explained(published, "dimension_name = 'total' and variant = 'default'", each=12)
    assert {grain for grain, _, _ in agreed} == {"day", "week", "month", "quarter", "year"}


def test_figures_up_to_today_are_the_totals_of_the_rows_up_to_today(published):
    agreed = _explained(published, "variant = 'to_date'", each=12)
    assert {grain for grain, _, _ in agreed} == {"week", "month", "quarter", "year"}


@pytest.mark.parametrize("name", ["net_revenue", "gross_margin", "cash_collected", "accounts_receivable"])
def test_money_of_customers_is_the_sum_of_documents(published, name):
    (part,) = explain(name, published, period_of(MONTH))["parts"]
    assert part.documents_total == part.total == part.published
    assert all(row["source_system"] and row["document"] and row["date"] for row in part.documents if "|" in row["key"])
    assert len({row["document"] for row in part.documents}) > 20


def test_the_command_lists_the_rows_and_the_total_and_json_has_all_of_them(published_company):
    said = published_company.cmw("metrics", "explain", "gross_margin_rate", "--period", MONTH, "--rows", "3")
    assert said.count("is the published figure") == 2
    assert "what these rows are sums of" in said
    found = json.loads(
        published_company.cmw(
            "metrics", "explain", "orders", "--period", "2026-Q2", "--dimension", "channel=web", "--json"
        )
    )
    (part,) = found["parts"]
    assert part["agrees"] is True
    assert sum(float(row["amount"]) for row in part["rows"]) == float(found["figure"]["value"])
    said = published_company.cmw(
        "metrics", "explain", "renewal_rate", "--period", "2025", "--variant", "by_count", "--rows", "2"
    )
    assert said.count("is the published figure") == 2
    said = published_company.cmw("metrics", "explain", "new_leads", "--period", "2026-05-13", "--grain", "week")
    assert "2026-05-11" in said and "is the published figure" in said
    refused = published_company.cmw("metrics", "explain", "orders", "--period", "soon", status=1)
    assert "2026-Q3" in refused
