"""The published metrics of a real shop equal plain SQL over its file of invoice lines."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.real_data.test_retail_source import FILE, FOLDER
from warehouse.settings import PROJECT_ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there; name its folder in CMW_REAL_DATA"),
]
LAST_DAY = "2010-12-09"
# What an order is: an invoice number that begins neither with C (cancellation) nor with A (adjustment).
ORDERS = f"""
    select InvoiceNo as order_id, min(CustomerID) as customer, cast(min(InvoiceDate) as date) as day
    from '{FILE}' where not regexp_matches(InvoiceNo, '^[AC]') group by InvoiceNo
"""


@pytest.fixture(scope="module")
def compare(tmp_path_factory):
    """Rows in which a query over the published file and one over the source file differ."""
    home = tmp_path_factory.mktemp("retail") / "home"
    config = Path(__file__).parent / "config"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CMW_")}
    company = {"CMW_HOME": str(home), "CMW_CONFIG": str(config), "CMW_TODAY": LAST_DAY, "CMW_REAL_DATA": str(FOLDER)}
    cmw = Path(sys.executable).parent / "cmw"
    done = subprocess.run(
        [cmw, "run"], env={**kept, **company}, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    connection = duckdb.connect(str(home / "published" / "current" / "customer_metrics.duckdb"), read_only=True)
    connection.execute(f"create temp view orders as {ORDERS}")

    def differing(published: str, plain: str) -> list[tuple]:
        [(rows,)] = connection.execute(f"select count(*) from ({plain})").fetchall()
        assert rows > 0
        return connection.execute(
            f"(({published}) except all ({plain})) union all (({plain}) except all ({published}))"
        ).fetchall()

    yield differing
    connection.close()


def _metric(name: str) -> str:
    return f"""
        select period_start, cast(value as decimal(18, 2)) from metrics.metric_values
        where metric_name = '{name}' and period_grain = 'month' and dimension_name = 'total' and variant = 'default'
            and value is not null
    """


def test_net_revenue_of_each_month(compare):
    assert (
        compare(
            _metric("net_revenue"),
            f"""
        select cast(date_trunc('month', day) as date), sum(amount) from (
            select cast(min(InvoiceDate) as date) as day,
                cast(round(sum(Quantity * cast(UnitPrice as decimal(18, 4))), 2) as decimal(18, 2)) as amount
            from '{FILE}' group by InvoiceNo
        ) group by 1
    """,
        )
        == []
    )


def test_active_customers_of_each_month(compare):
    """Active on the last day of a month: an order in the 90 days before."""
    assert (
        compare(
            _metric("active_customers"),
            f"""
        with ends as (
            select month, least(last_day(month), date '{LAST_DAY}') as day
            from (select distinct cast(date_trunc('month', day) as date) as month from orders)
        )
        select ends.month, cast(count(distinct customer) as decimal(18, 2))
        from ends inner join orders on orders.day <= ends.day and orders.day > ends.day - 90
        where customer is not null
            -- before 90 days of the file nobody knows who was active
            and ends.day + 1 >= (select min(day) + 90 from orders where customer is not null)
        group by 1
    """,
        )
        == []
    )


def test_new_customers_of_each_month(compare):
    assert (
        compare(
            _metric("new_customers"),
            """
        select cast(date_trunc('month', first_day) as date), cast(count(*) as decimal(18, 2))
        from (select customer, min(day) as first_day from orders where customer is not null group by 1)
        -- who orders in the first 90 days of the file may have been a customer before it began
        where first_day >= (select min(day) + 90 from orders where customer is not null) group by 1
    """,
        )
        == []
    )


def test_cohort_retention(compare):
    published = """
        select cohort, month_number, active_customers from marts.cohort_retention
        where not is_immature and active_customers > 0
    """
    plain = """
        with firsts as (
            select customer, cast(date_trunc('month', min(day)) as date) as cohort,
                min(day) >= (select min(day) + 90 from orders where customer is not null) as is_new
            from orders where customer is not null group by 1
        ),
        months as (
            select distinct customer, cast(date_trunc('month', day) as date) as month
            from orders where customer is not null
        )
        select label, number, count(*) from (
            select if(is_new, strftime(cohort, '%Y-%m'), 'before_record') as label,
                if(is_new, datediff('month', cohort, month), null) as number, month
            from months inner join firsts using (customer)
            where month < date '2010-12-01' or (is_new and month = cohort)
        ) group by label, number, month
    """
    assert compare(published, plain) == []


def test_rfm(compare):
    """Score = 1 + floor(5 × (min rank − 1) ÷ n); recency from the last order, the others over 365 days."""
    published = """
        select erp_customer_code, recency_score, frequency_score, money_score
        from marts.customer_rfm inner join core.dim_customers using (customer_key)
        where recency_score is not null
    """
    plain = f"""
        with buyers as (
            select customer, max(day) as last_day,
                count(distinct day) filter (where day > date '{LAST_DAY}' - 365) as frequency
            from orders where customer is not null group by 1
        ),
        money as (
            select CustomerID as customer, sum(amount) as amount from (
                select any_value(CustomerID) as CustomerID,
                    cast(round(sum(Quantity * cast(UnitPrice as decimal(18, 4))), 2) as decimal(18, 2)) as amount
                from '{FILE}' where CustomerID is not null
                group by InvoiceNo having cast(min(InvoiceDate) as date) > date '{LAST_DAY}' - 365
            ) group by 1
        ),
        facts as (select * from buyers left join money using (customer)),
        scored as (
            select customer, frequency,
                1 + floor(5 * (rank() over (order by last_day) - 1) / count(*) over ()) as r,
                1 + floor(5 * (rank() over (order by frequency) - 1) / count(*) over ()) as f,
                1 + floor(5 * (rank() over (order by frequency > 0, spent nulls first) - 1) / count(*) over ()) as m
            from (select *, case when frequency > 0 then amount end as spent from facts)
        )
        select customer, cast(r as bigint), cast(case when frequency = 0 then 1 else f end as bigint),
            cast(case when frequency = 0 then 1 else m end as bigint)
        from scored
    """
    assert compare(published, plain) == []
