"""The published money against what really happened in the simulation."""

import pytest

from tests.end_to_end.truth import HELD_ENTRIES, KEYED, LOST, figures


@pytest.mark.parametrize(
    ("account_class", "truth"),
    [("revenue", "revenue"), ("cogs", "cogs")],
)
def test_money_of_each_month_equals_the_truth_after_the_held_back_line(published_company, account_class, truth):
    rows = published_company.with_truth(f"""
        with truth as (select month_start, sum({truth}) as amount from truth_customer_months group by all),
        tie as (
            select month_start, sum(marts_amount) as amount, sum(held_value) as held
            from published.quality.reconciliation
            where scope = 'ledger' and account_class = '{account_class}' group by all
        )
        select truth.month_start, truth.amount, tie.amount, tie.held
        from truth full join tie using (month_start)
        where coalesce(truth.amount, 0) <> coalesce(abs(tie.amount) + tie.held, 0)
    """)
    assert rows == []
    [(months,)] = published_company.with_truth(f"""
        select count(*) from published.quality.reconciliation
        inner join (select distinct month_start from truth_customer_months) using (month_start)
        where scope = 'ledger' and account_class = '{account_class}'
    """)
    assert months == 36


def test_receivables_of_every_month_end_equal_the_truth_after_the_held_back_line(published_company):
    rows = published_company.with_truth("""
        select tie.month_start, truth.receivable, tie.marts_amount, tie.held_value
        from published.quality.reconciliation as tie
        inner join truth_receivable_by_day as truth on truth.day = least(last_day(tie.month_start), date '2026-06-30')
        where tie.scope = 'ledger' and tie.account_class = 'receivable'
            and truth.receivable <> tie.marts_amount + tie.held_value
    """)
    assert rows == []
    [(months,)] = published_company.query(
        "select count(*) from quality.reconciliation where scope = 'ledger' and account_class = 'receivable'"
    )
    assert months == 36


def test_the_receivable_of_any_day_equals_the_truth(published_company):
    rows = published_company.with_truth("""
        select truth.day, any_value(truth.receivable), sum(entries.ledger_amount)
        from truth_receivable_by_day as truth
        inner join published.core.fct_gl_entries as entries
            on entries.posting_date <= truth.day and entries.account_class = 'receivable'
        where extract(day from truth.day) in (3, 11, 15, 22) and truth.day > date '2023-07-31'
        group by truth.day
    """)
    assert len(rows) == 4 * 35
    assert [row for row in rows if row[1] != row[2]] == []


def test_the_money_of_each_customer_equals_the_truth_but_for_what_is_held_back(published_company):
    """Revenue lacks the ledger entries held back, billings the invoices that no customer has; all else is equal."""
    rows = published_company.with_truth(f"""
        {KEYED}, {LOST}, {HELD_ENTRIES},
        truth as (
            select true_customer_id, sum(revenue) as revenue, sum(cogs) as cogs, sum(collected) as collected,
                sum(billed_gross) as billed
            from truth_customer_months where true_customer_id <> 'unassigned' group by all
        ),
        held as (select true_customer_id, sum(revenue) as revenue from held_entries group by all),
        unbilled as (select true_customer_id, sum(gross) as gross from lost group by all),
        found as (
            select true_customer_id, sum(net_revenue) as revenue, sum(cogs_amount) as cogs,
                sum(collected_amount) as collected, sum(billed_gross_amount) as billed
            from published.core.customer_months inner join keyed using (customer_key) group by all
        )
        select true_customer_id, truth.revenue - coalesce(held.revenue, 0) - found.revenue, truth.cogs - found.cogs,
            truth.collected - found.collected, truth.billed - coalesce(unbilled.gross, 0) - found.billed
        from found left join truth using (true_customer_id)
        left join held using (true_customer_id) left join unbilled using (true_customer_id)
        where truth.true_customer_id is not null or (found.revenue, found.billed) <> (0, 0)
    """)
    assert len(rows) > 140
    assert [row for row in rows if row[1:] != (0, 0, 0, 0)] == []
    spoiled = f"{KEYED}, {LOST}, {HELD_ENTRIES} select (select count(*) from lost), (select count(*) from held_entries)"
    [(invoices, entries)] = published_company.with_truth(spoiled)
    assert (invoices, entries) == (4, 2)


def test_the_receivable_of_each_customer_at_each_month_end_equals_the_truth_less_lost_invoices(published_company):
    rows = published_company.with_truth(f"""
        {KEYED}, {LOST},
        unknown as (select true_customer_id, month_start, sum(amount) as amount from lost_open group by all),
        truth as (
            select true_customer_id, month_start, coalesce(receivable_closing, 0) - coalesce(amount, 0) as receivable
            from truth_customer_months full join unknown using (true_customer_id, month_start)
            where true_customer_id <> 'unassigned'
        ),
        found as (
            select true_customer_id, month_start, receivable_closing as receivable
            from published.core.customer_months inner join keyed using (customer_key)
        )
        select true_customer_id, month_start, coalesce(truth.receivable, 0), coalesce(found.receivable, 0)
        from truth full join found using (true_customer_id, month_start)
        where truth.receivable <> 0 or found.receivable <> 0
    """)
    assert len(rows) > 1500
    assert [row for row in rows if row[2] != row[3]] == []


def test_cash_collected_as_a_metric_is_that_of_the_truth(published_company):
    rows = published_company.with_truth(f"""
        select month_start, sum(collected), any_value(value)
        from truth_customer_months inner join {figures("cash_collected")} using (month_start) group by all
    """)
    assert len(rows) == 36
    assert [row for row in rows if row[1] != row[2]] == []


def test_days_sales_outstanding_are_those_of_the_true_receivable_and_billings(published_company):
    rows = published_company.with_truth(f"""
        with {LOST},
        truth as (
            select month_start, sum(billed_gross) as billed, sum(receivable_closing) as closing
            from truth_customer_months group by all
        ),
        unbilled as (
            select date_trunc('month', day)::date as month_start, sum(gross) as amount
            from lost where is_held group by all
        ),
        unknown as (select month_start, sum(amount) as amount from lost_open where is_held group by all),
        known as (
            select month_start, billed - coalesce(unbilled.amount, 0) as billed,
                closing - coalesce(unknown.amount, 0) as closing, extract(day from last_day(month_start)) as days
            from truth left join unbilled using (month_start) left join unknown using (month_start)
        ),
        months as (select *, lag(closing) over (order by month_start) as opening from known)
        select month_start, (opening + closing) * days / 2, months.billed, numerator, denominator
        from months inner join {figures("days_sales_outstanding")} using (month_start)
        where opening is not null
    """)
    assert len(rows) == 35
    assert [row for row in rows if abs(float(row[1]) - float(row[3])) > 1 or row[2] != row[4]] == []


def test_no_amount_lacks_a_rate(published_company):
    """The rates of the demo begin before its oldest contract."""
    tables = published_company.query("""
        select schema_name || '.' || table_name from duckdb_columns()
        where column_name = 'is_missing_rate' and not internal
    """)
    assert len(tables) > 15
    for (table,) in tables:
        assert published_company.query(f"select count(*) from {table} where is_missing_rate") == [(0,)], table


def test_receipts_of_each_month_equal_the_truth_and_billings_after_what_is_held_back(published_company):
    rows = published_company.with_truth("""
        with truth as (
            select month_start, sum(billed_gross) as billed, sum(collected) as collected
            from truth_customer_months group by all
        ),
        found as (
            select month_start, sum(billed_gross_amount) as billed, sum(collected_amount) as collected
            from published.core.customer_months group by all
        ),
        -- of a balance, what came new to be held back in the month
        held as (
            select month_start, held_value - coalesce(lag(held_value) over (order by month_start), 0) as billed
            from published.quality.reconciliation where scope = 'ledger' and account_class = 'receivable'
        )
        select month_start, truth.collected - found.collected as collected, truth.billed - found.billed - held.billed
        from truth inner join found using (month_start) left join held using (month_start)
        where truth.collected <> found.collected
            or truth.billed - found.billed <> coalesce(held.billed, 0)
    """)
    assert rows == []


def test_the_big_customer_with_thin_margin_earns_less_than_one_half_his_size(published_company):
    rows = published_company.with_truth(f"""
        {KEYED}
        select customers.golden_role, sum(result.net_revenue), sum(result.contribution_profit)
        from truth_customers as customers
        inner join keyed using (true_customer_id)
        inner join published.marts.customer_profitability as result using (customer_key)
        where customers.golden_role in ('big_and_poor', 'half_the_size') group by all order by 1
    """)
    (_, big_revenue, big_profit), (_, half_revenue, half_profit) = rows
    assert big_revenue > half_revenue * 3 / 2
    assert big_profit < half_profit
