"""The company's own targets as the gap to a target reads them."""

from datetime import date
from decimal import Decimal

import duckdb

from metrics import company_targets


def test_regions_of_an_owner_are_one_target_and_the_company_is_the_total():
    connection = duckdb.connect()
    connection.execute(
        "create schema core;"
        "create table metric_targets (metric_name varchar, period_grain varchar, dimension_name varchar,"
        " dimension_value varchar, period_start date, target_value decimal(38, 8), is_company boolean);"
        "create table core.fct_sales_targets as from (values"
        " ('net_revenue', 'month', date '2026-06-01', 'owner', 'U1', 25.00, true),"
        " ('net_revenue', 'month', date '2026-06-01', 'owner', 'U1', 30.00, true),"
        " ('net_revenue', 'month', date '2026-06-01', 'owner', 'U1', 99.00, false),"
        " ('net_revenue', 'quarter', date '2026-04-01', 'company', 'company', 300.00, true)"
        ") as t (metric_name, period_grain, period_start, scope_type, scope_value, target_value, is_in_force)"
    )
    company_targets.add(connection, ["net_revenue"])
    assert connection.execute("select * from metric_targets order by period_grain").fetchall() == [
        ("net_revenue", "month", "owner", "U1", date(2026, 6, 1), Decimal(55), True),
        ("net_revenue", "quarter", "total", "total", date(2026, 4, 1), Decimal(300), True),
    ]


def test_a_quarter_has_the_target_of_its_months_where_it_states_none_and_each_of_them_has_one():
    """April to June of 2026 have one each, so have July and August, but not September; the second metric is no sum."""
    connection = duckdb.connect()
    connection.execute(
        "create schema core;"
        "create table metric_targets (metric_name varchar, period_grain varchar, dimension_name varchar,"
        " dimension_value varchar, period_start date, target_value decimal(38, 8), is_company boolean);"
        "create table core.fct_sales_targets as"
        " select name as metric_name, 'month' as period_grain, make_date(2026, m::int, 1) as period_start,"
        " 'region' as scope_type, 'north' as scope_value, 10.25 as target_value, true as is_in_force"
        " from unnest(['net_revenue', 'win_rate']) as n(name), range(4, 9) as r(m)"
    )
    company_targets.add(connection, ["net_revenue"])
    longer = "select * from metric_targets where period_grain <> 'month'"
    assert connection.execute(longer).fetchall() == [
        ("net_revenue", "quarter", "region", "north", date(2026, 4, 1), Decimal("30.75"), True)
    ]
