"""How late customers pay against what really happened: days to collect, what came in time, the ages of what is open."""

from tests.end_to_end.truth import LOST, figures

# Invoices that the warehouse has; one that a customer who is not there got is nobody's, and counts in total.
KNOWN = f"""
{LOST},

known as (
    select * from truth_invoices where invoice_id not in (select invoice_id from lost where is_held)
),

applied as (
    select * from truth_settlements
    where settlement_id not in (select key from truth_planted_defects where entity = 'erp_payment_allocations')
)"""


def test_days_to_collect_are_those_of_the_true_receipts(published_company):
    """Money at the rate of its day, whatever invoice rate it clears, times the days from the invoice to the payment."""
    rows = published_company.with_truth(f"""
        with {KNOWN},
        truth as (
            select date_trunc('month', applied.day)::date as month_start, sum(worth) as money,
                sum(worth * greatest(paid_on - known.day, 0)) as money_days
            from applied inner join known using (invoice_id)
            where paid_on is not null
            group by all
        )
        select month_start, truth.money, truth.money_days, denominator, numerator
        from truth inner join {figures("days_to_collect")} using (month_start)
    """)
    assert len(rows) == 36
    assert [row for row in rows if row[1:3] != row[3:5]] == []


def test_what_was_paid_by_its_due_day_is_that_of_the_true_receipts(published_company):
    """To one cent per invoice abroad: a part of it is rounded by itself there, and what is left of it in the truth."""
    rows = published_company.with_truth(f"""
        with {KNOWN},
        paid as (
            select invoice_id, coalesce(sum(amount) filter (is_credit or is_deducted), 0) as credited,
                coalesce(sum(amount) filter (paid_on <= due_on), 0) as in_time
            from applied inner join known using (invoice_id) group by all
        ),
        truth as (
            select date_trunc('month', due_on)::date as month_start, count(*) as invoices,
                sum(gross - coalesce(credited, 0)) as due, sum(coalesce(in_time, 0)) as in_time
            from known left join paid using (invoice_id)
            where due_on <= date '2026-06-30' and reversed_on is null group by all
        )
        select month_start, invoices, due, in_time, denominator, numerator
        from truth inner join {figures("on_time_payment_rate")} using (month_start)
    """)
    assert len(rows) >= 35
    assert [r for r in rows if abs(r[2] - r[4]) > r[1] / 100 or abs(r[3] - r[5]) > r[1] / 100] == []
    assert sum(row[3] for row in rows) > 0


AGES = f"""
{KNOWN},

months as (select distinct month_start, last_day(month_start) as day from truth_customer_months),

items as (
    select months.month_start, months.day - known.due_on as days_overdue,
        gross - coalesce(sum(applied.amount), 0) as amount
    from months
    inner join known on known.day <= months.day and (reversed_on is null or reversed_on > months.day)
    left join applied on applied.invoice_id = known.invoice_id and applied.day <= months.day
    group by months.month_start, months.day, known.invoice_id, known.due_on, gross
)"""


def test_what_is_overdue_at_each_month_end_is_what_was_truly_not_paid(published_company):
    rows = published_company.with_truth(f"""
        with {AGES},
        truth as (
            select month_start, sum(greatest(amount, 0)) as amount,
                coalesce(sum(greatest(amount, 0)) filter (days_overdue > 0), 0) as overdue
            from items group by all
        )
        select month_start, amount, overdue, denominator, numerator
        from truth inner join {figures("overdue_rate")} using (month_start)
    """)
    assert len(rows) == 36
    assert [row for row in rows if row[1:3] != row[3:5]] == []


def test_the_ages_of_what_is_open_at_each_month_end_are_the_true_ones(published_company):
    rows = published_company.with_truth(f"""
        with {AGES},
        truth as (
            select month_start, sum(amount) as amount, case
                when days_overdue <= 0 then 'not_due'
                when days_overdue <= 30 then 'days_1_30'
                when days_overdue <= 60 then 'days_31_60'
                when days_overdue <= 90 then 'days_61_90'
                else 'days_over_90'
                end as bucket
            from items group by all
        ),
        found as (
            select period_start as month_start, dimension_value as bucket, value
            from published.metrics.metric_values
            where metric_name = 'ar_ageing' and period_grain = 'month' and dimension_name = 'ageing_bucket'
                and variant = 'default'
        )
        select month_start, bucket, coalesce(amount, 0), coalesce(value, 0)
        from truth full join found using (month_start, bucket)
    """)
    assert len(rows) > 100
    assert [row for row in rows if row[2] != row[3]] == []
