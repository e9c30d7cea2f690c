"""Complaints, their resolution and the effort of service against what really happened at the desk."""

from statistics import median

from tests.end_to_end.test_truth_of_sales_and_service import spoiled
from tests.end_to_end.truth import figures

TICKETS = f"""
tickets as (
    select *, date_trunc('month', day)::date as month_start from truth_tickets
    where not is_merged and ticket_id not in {spoiled("svc_tickets")}
)"""

# Seconds since 1970 as a day in Shanghai.
LOCAL_MONTH = "date_trunc('month', to_timestamp({} + 8 * 3600) at time zone 'UTC')::date"


def test_complaints_of_each_month_are_the_true_ones(published_company):
    rows = published_company.with_truth(f"""
        with {TICKETS},
        truth as (select month_start, count(*) filter (is_complaint) as complaints from tickets group by all)
        select month_start, complaints, value from truth inner join {figures("complaints")} using (month_start)
    """)
    assert len(rows) == 36
    assert [row for row in rows if row[1] != row[2]] == []
    assert sum(row[1] for row in rows) > 50


def test_complaints_that_were_due_are_resolved_in_time_as_they_truly_were(published_company):
    rows = published_company.with_truth(f"""
        with {TICKETS},
        truth as (
            select {LOCAL_MONTH.format("due_at")} as month_start, count(*) as due,
                count(*) filter (solved_at <= due_at and not reopened) as in_time
            from tickets
            where is_complaint and to_timestamp(due_at + 8 * 3600) at time zone 'UTC' < timestamp '2026-07-01'
            group by all
        )
        select month_start, in_time, due, numerator, denominator
        from truth inner join {figures("complaint_resolution_rate")} using (month_start)
    """)
    assert len(rows) >= 30
    assert [row for row in rows if row[1:3] != row[3:5]] == []
    assert 0 < sum(row[1] for row in rows) < sum(row[2] for row in rows)


def test_hours_to_the_resolution_are_those_of_the_true_ones(published_company):
    hours: dict = {}
    for quarter, waited in published_company.with_truth(f"""
        with {TICKETS}
        select date_trunc('quarter', {LOCAL_MONTH.format("solved_at")})::date, (solved_at - created_at) / 3600
        from tickets where solved_at is not null
    """):
        hours.setdefault(quarter, []).append(waited)
    rows = published_company.with_truth(f"select month_start, value from {figures('resolution_hours', 'quarter')}")
    found = {quarter: float(value) for quarter, value in rows if value is not None}
    assert len(found) > 8  # of the quarters with enough tickets to say one
    assert [quarter for quarter, value in found.items() if abs(value - median(hours[quarter])) > 0.001] == []


# Customers of one key whatever names them, and what was worked: for nobody where the desk does not say who asked, or
# says it by the e-mail address on a ticket that is held back.
WORK = f"""
keyed as (
    select who.true_customer_id, min(map.customer_key) as customer_key
    from truth_who_is_who as who
    inner join published.identity.customer_identity_map as map
        on map.source_system = who.source_system and map.entity = who.entity and map.source_key = who.source_key
        and map.valid_to is null
    where who.entity in ('erp_customers', 'crm_accounts')
    group by all having count(distinct map.customer_key) = 1
),

work as (
    select work.*, date_trunc('month', work.day)::date as month_start,
        who.link = 'nobody' or (who.link = 'email' and work.ticket_id in {spoiled("svc_tickets")}) as is_nobodys
    from truth_service_time as work
    inner join truth_who_is_who as who on who.entity = 'svc_tickets' and who.source_key = work.ticket_id
    where entry_id not in {spoiled("svc_time_entries")}
)"""


def test_hours_of_service_for_each_customer_and_month_are_those_that_were_worked_for_him(published_company):
    rows = published_company.with_truth(f"""
        with {WORK},
        truth as (
            select customer_key, month_start, sum(minutes) as minutes
            from work inner join keyed using (true_customer_id) where not is_nobodys group by all
        ),
        found as (
            select customer_key, period_start as month_start, service_hours * 60 as minutes
            from published.metric_rows.int_metric_customer_service inner join keyed using (customer_key)
            where period_grain = 'month' and service_hours <> 0
        )
        select customer_key, month_start, coalesce(truth.minutes, 0), coalesce(found.minutes, 0)
        from truth full join found using (customer_key, month_start)
    """)
    assert len(rows) > 300
    assert [row for row in rows if abs(float(row[2]) - float(row[3])) > 0.001] == []


def test_hours_of_each_month_are_those_for_customers_and_those_for_nobody(published_company):
    rows = published_company.with_truth(f"""
        with {WORK},
        truth as (
            select month_start, sum(minutes) / 60 as hours,
                coalesce(sum(minutes) filter (is_nobodys), 0) / 60 as nobodys
            from work group by all
        )
        select month_start, truth.nobodys, nobodys.value, truth.hours, nobodys.value + customers.value
        from truth
        inner join {figures("unassigned_service_hours")} as nobodys using (month_start)
        inner join {figures("customer_service_hours")} as customers using (month_start)
    """)
    assert len(rows) == 36
    assert [r for r in rows if abs(r[1] - float(r[2])) > 0.001 or abs(r[3] - float(r[4])) > 0.001] == []
    assert sum(row[1] for row in rows) > 0
