"""Who is a customer, active, kept, lost and buying again, against what really happened."""

from datetime import date

from benchmarks.identity import measure
from tests.end_to_end.truth import ACTIVE, ENDS, HELD_ENTRIES, KEYED, LOST, ORDERS, figures

# The months that have customers at both their ends, and who they were.
SETS = f"""
{KEYED}, {LOST}, {ACTIVE},
sets as (
    select month_start,
        count(*) filter (was) as opening, count(*) filter (stays) as closing, count(*) filter (was and stays) as kept
    from (
        select ends.month_start, keyed.true_customer_id,
            exists (select 1 from active where active.true_customer_id = keyed.true_customer_id
                    and active.day = ends.month_start - 1) as was,
            exists (select 1 from active where active.true_customer_id = keyed.true_customer_id
                    and active.day = ends.day) as stays
        from ends cross join keyed
    )
    group by month_start
)"""


def test_every_true_customer_has_one_key_and_shares_it_with_nobody(published_company):
    [(customers, keys, pairs)] = published_company.with_truth(f"""
        {KEYED} select count(distinct true_customer_id), count(distinct customer_key), count(*) from keyed
    """)
    assert customers == keys == pairs
    assert published_company.with_truth("select count(*) from truth_customers") == [(customers,)]


def test_identity_joins_nothing_wrongly_and_finds_everything_that_an_exact_key_links(published_company):
    found, wrong = measure(published_company.home)
    assert wrong == []
    assert found["recall of pairs with an exact key"] == 1
    assert found["recall"] > 0.98


def test_the_active_customers_of_each_month_end_are_exactly_those_with_an_invoice_that_counts(published_company):
    different = published_company.with_truth(f"""
        {KEYED}, {LOST}, {ACTIVE},
        found as (
            select last_day(period_start) as day, customer_key from published.core.customer_periods
            where period_grain = 'month' and is_closing_active = 1
        ),
        truth as (select day, customer_key from active inner join keyed using (true_customer_id))
        (select 'not found', * from (select * from truth except select * from found))
        union all (select 'invented', * from (select * from found except select * from truth))
    """)
    assert different == []
    [(missing, surplus, pairs)] = published_company.with_truth(f"""
        {KEYED}, {LOST}, {ACTIVE},
        truth as (select day, true_customer_id from truth_active_customers where rule = 'b2b_project'),
        missing as (select * from truth except select day, true_customer_id from active)
        select count(*) filter (true_customer_id not in (select true_customer_id from lost)),
            (select count(*) from (select day, true_customer_id from active except select * from truth)),
            (select count(*) from truth)
        from missing
    """)
    assert (missing, surplus) == (0, 0)  # only whose invoice was spoiled may lack a month
    assert pairs > 3000


def test_retention_and_churn_of_each_month_are_those_of_the_true_sets(published_company):
    rows = published_company.with_truth(f"""
        {SETS}
        select month_start, opening, kept, kept_figures.numerator, kept_figures.denominator, churn.numerator,
            kept_figures.value + churn.value, kept_figures.null_reason, churn.null_reason
        from sets
        inner join {figures("customer_retention_rate")} as kept_figures using (month_start)
        inner join {figures("customer_churn_rate")} as churn using (month_start)
        where opening > 0
    """)
    assert len(rows) == 35
    assert [row for row in rows if row[1:3] != (row[4], row[3]) or row[5] != row[1] - row[2]] == []
    # of whom the record's first year does not show, nobody can say that he left
    assert {row[6:] for row in rows if row[0] < date(2024, 7, 1)} == {(None, "immature", "immature")}
    assert {row[6:] for row in rows if row[0] >= date(2024, 7, 1)} == {(1, None, None)}


def test_active_customers_as_a_metric_are_those_of_the_truth(published_company):
    rows = published_company.with_truth(f"""
        {SETS} select month_start, closing, value from sets inner join {figures("active_customers")} using (month_start)
        where null_reason is null
    """)
    assert len(rows) == 25
    assert min(rows)[0] == date(2024, 6, 1)
    assert [row for row in rows if row[1] != row[2]] == []


def test_new_customers_of_each_month_were_active_for_the_first_time_once_that_can_be_known(published_company):
    rows = published_company.with_truth(f"""
        {KEYED}, {LOST},
        firsts as (
            select true_customer_id, min(day) as day from truth_invoices
            where reversed_on is null and invoice_id not in (select invoice_id from lost) group by all
        ),
        truth as (select date_trunc('month', day)::date as month_start, count(*) as customers from firsts group by all)
        select month_start, coalesce(customers, 0), value, null_reason
        from {figures("new_customers")} left join truth using (month_start)
    """)
    known = [row for row in rows if row[3] is None]
    assert len(known) >= 22
    assert [row for row in known if row[1] != row[2]] == []
    assert {row[3] for row in rows} == {None, "immature"}


def test_revenue_retention_of_each_month_is_that_of_the_true_revenue(published_company):
    """Twelve months to the month's end against the twelve before, of who had revenue then."""
    rows = published_company.with_truth(f"""
        {KEYED}, {HELD_ENTRIES},
        ends as (select distinct month_start from revenue),
        bases as (
            select ends.month_start, revenue.true_customer_id,
                coalesce(sum(revenue) filter (revenue.month_start <= ends.month_start - interval 1 year), 0) as before,
                coalesce(sum(revenue) filter (revenue.month_start > ends.month_start - interval 1 year), 0) as now
            from ends inner join revenue
                on revenue.month_start <= ends.month_start
                and revenue.month_start > ends.month_start - interval 24 month
            where true_customer_id <> 'unassigned'
            group by all
        )
        select ends.month_start, sum(before), sum(greatest(now, 0)), sum(least(greatest(now, 0), before)),
            any_value(net.numerator), any_value(net.denominator), any_value(gross.numerator)
        from ends inner join bases on bases.month_start = ends.month_start and before > 0
        inner join {figures("net_revenue_retention")} as net on net.month_start = ends.month_start
        inner join {figures("gross_revenue_retention")} as gross on gross.month_start = ends.month_start
        where ends.month_start >= date '2025-06-01'
        group by ends.month_start
    """)
    assert len(rows) == 13
    assert [row for row in rows if row[1:4] != (row[5], row[4], row[6])] == []


def test_buyers_who_buy_again_are_those_of_the_true_orders(published_company):
    rows = published_company.with_truth(f"""
        {KEYED}, {ORDERS}, {ENDS},
        buyers as (
            select ends.month_start, orders.true_customer_id, count(distinct orders.day) as purchases
            from ends inner join orders on orders.day <= ends.day and orders.day > ends.day - 365
                and (orders.returned_on is null or orders.returned_on > ends.day)
            group by all
        )
        select month_start, count(*), count(*) filter (purchases > 1), any_value(denominator), any_value(numerator),
            any_value(null_reason)
        from buyers inner join {figures("repeat_purchase_rate")} using (month_start) group by all
    """)
    assert len(rows) == 36
    assert [row for row in rows if row[1:3] != row[3:5]] == []
    assert {row[5] for row in rows if row[0] < date(2024, 6, 1)} == {"immature"}
    assert {row[5] for row in rows if row[0] >= date(2024, 6, 1)} == {None}


def test_customers_with_one_purchase_are_those_of_the_true_orders(published_company):
    rows = published_company.with_truth(f"""
        {KEYED}, {ORDERS}, {ENDS},
        buyers as (
            select ends.month_start, orders.true_customer_id, count(distinct orders.day) as purchases
            from ends inner join orders on orders.day <= ends.day inner join keyed using (true_customer_id)
            group by all
        )
        select month_start, count(*), count(*) filter (purchases = 1), any_value(ever.value), any_value(single.value)
        from buyers
        inner join {figures("buyers_to_date")} as ever using (month_start)
        inner join {figures("single_purchase_customers")} as single using (month_start)
        group by all
    """)
    assert len(rows) == 36
    assert [row for row in rows if row[1:3] != row[3:5]] == []
    assert rows[-1][2] > 0


def test_cohorts_after_returns_hold_who_kept_something_of_what_was_billed(published_company):
    """Customers of all cohorts by the months of their invoices: all of them, and those not returned as a whole."""
    rows = published_company.with_truth(f"""
        {KEYED}, {LOST},
        billed as (
            select date_trunc('month', day)::date as month_start, true_customer_id, bool_or(returned_on is null) as kept
            from truth_invoices
            where reversed_on is null and invoice_id not in (select invoice_id from lost)
            group by all
        ),
        truth as (select month_start, count(*) as active, count(*) filter (kept) as kept from billed group by all)
        select month_start, any_value(active), any_value(kept),
            sum(active_customers), sum(active_customers_after_returns)
        from published.marts.cohort_retention inner join truth using (month_start) group by all
    """)
    assert len(rows) == 36
    assert [row for row in rows if row[1:3] != row[3:5]] == []
    assert sum(row[1] - row[2] for row in rows) > 0


def test_who_left_for_slow_service_is_known_by_his_complaints(published_company):
    """A cause is read from the traces it left: it finds most of those, and calls hardly anybody else so."""
    found = dict(
        published_company.with_truth(f"""
            {KEYED}
            select truth.reason, round(avg(case when causes.primary_cause = 'complaint' then 1.0 else 0 end), 2)
            from truth_churn as truth
            inner join keyed using (true_customer_id)
            inner join published.marts.churn_causes as causes using (customer_key)
            group by all
        """)
    )
    assert found["slow_service"] >= 0.5
    assert all(share < found["slow_service"] for reason, share in found.items() if reason != "slow_service")
