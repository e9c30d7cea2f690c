"""Leads, deals, orders, contracts, tickets, answers and spend against what really happened."""

from datetime import datetime, timedelta
from statistics import mean, median, quantiles

import holidays

from tests.end_to_end.truth import ORDERS, figures


def spoiled(*entities: str) -> str:
    listed = ", ".join(f"'{entity}'" for entity in entities)
    return f"(select key from truth_planted_defects where entity in ({listed}))"


def test_leads_and_deals_of_each_month_equal_the_truth(published_company):
    """Counts exactly, but for leads that are held back; amounts in the currency of the document, to the cent."""
    rows = published_company.with_truth("""
        with deals as (
            select
                date_trunc('month', closed_date)::date as month_start,
                count(*) filter (outcome = 'won') as won, count(*) filter (outcome = 'lost') as lost,
                count(*) filter (outcome = 'disqualified') as dropped,
                sum(document_amount) filter (outcome = 'won') as amount
            from published.core.fct_opportunities where closed_date is not null group by all
        ),
        converted as (
            select date_trunc('month', converted_date)::date as month_start, count(*) as leads
            from published.core.fct_leads where converted_date is not null group by all
        )
        select (truth.opportunities_won, truth.opportunities_lost, truth.opportunities_dropped, truth.amount_won)
                = (coalesce(won, 0), coalesce(lost, 0), coalesce(dropped, 0), coalesce(amount, 0))
            and truth.converted_leads = coalesce(converted.leads, 0)
        from truth_sales_by_month as truth left join deals using (month_start) left join converted using (month_start)
    """)
    assert rows == [(True,)] * 36
    [(months, missing, surplus)] = published_company.with_truth(f"""
        select count(*), sum(truth.leads - value) filter (truth.leads > value), count(*) filter (truth.leads < value)
        from truth_sales_by_month as truth inner join {figures("new_leads")} using (month_start)
    """)
    held = "select count(distinct key) from quality.quarantined_rows where entity = 'crm_leads'"
    assert (months, missing, surplus) == (36, published_company.query(held)[0][0], 0)


def test_metrics_of_won_and_lost_deals_are_those_counts(published_company):
    rows = published_company.with_truth(f"""
        select won.value = truth.opportunities_won, lost.value = truth.opportunities_lost,
            dropped.value = truth.opportunities_dropped
        from truth_sales_by_month as truth
        inner join {figures("won_opportunities")} as won using (month_start)
        inner join {figures("lost_opportunities")} as lost using (month_start)
        inner join {figures("disqualified_opportunities")} as dropped using (month_start)
    """)
    assert rows == [(True, True, True)] * 36


def test_orders_of_each_month_are_those_that_were_confirmed(published_company):
    rows = published_company.with_truth(f"""
        with {ORDERS},
        counts as (select date_trunc('month', day)::date as month_start, count(*) as orders from orders group by all)
        select month_start, orders, denominator
        from counts inner join {figures("average_order_value")} using (month_start)
    """)
    assert len(rows) == 36
    assert [row for row in rows if row[1] != row[2]] == []


def test_orders_and_lines_that_came_in_time_are_those_that_were_delivered_by_the_promised_day(published_company):
    rows = published_company.with_truth(f"""
        with {ORDERS},
        truth as (
            select date_trunc('month', promised_on)::date as month_start, count(*) as due, sum(lines) as due_lines,
                count(*) filter (delivered_on <= promised_on) as in_time,
                coalesce(sum(lines) filter (delivered_on <= promised_on), 0) as lines_in_time
            from orders
            where promised_on <= date '2026-06-30'
            group by all
        )
        select month_start, due, in_time, due_lines, lines_in_time,
            orders.denominator, orders.numerator, by_line.denominator, by_line.numerator
        from truth
        inner join {figures("order_completion_rate")} as orders using (month_start)
        inner join {figures("order_completion_rate", variant="by_line")} as by_line using (month_start)
    """)
    assert len(rows) >= 35
    assert [row for row in rows if row[1:3] != row[5:7]] == []
    # a line with an impossible quantity, or of an order that is not there, is due to nobody
    missing = [(row[3] - row[7], row[4] - row[8]) for row in rows]
    planted = published_company.with_truth("select 1 from truth_planted_defects where entity = 'erp_order_lines'")
    assert all(0 <= in_time <= due for due, in_time in missing)
    assert sum(due for due, _ in missing) <= len(planted) == 2


def test_contract_value_of_each_month_is_what_was_signed_amended_and_cancelled(published_company):
    rows = published_company.with_truth(f"""
        with truth as (
            select date_trunc('month', day)::date as month_start, sum(amount) as amount
            from truth_contract_bookings group by all
        )
        select month_start, coalesce(truth.amount, 0), coalesce(value, 0)
        from {figures("contract_value_booked")} left join truth using (month_start)
    """)
    assert len(rows) >= 36
    assert [row for row in rows if row[1] != row[2]] == []
    events = {event for (event,) in published_company.with_truth("select distinct event from truth_contract_bookings")}
    assert events == {"signed", "amended", "cancelled"}


def test_marketing_spend_of_each_month_is_what_was_paid_but_for_the_row_with_an_impossible_day(published_company):
    rows = published_company.with_truth(f"""
        with spent as (
            select date_trunc('month', day)::date as month_start, sum(amount) as amount
            from truth_marketing_spend group by all
        ),
        held as (
            select date_trunc('month', day)::date as month_start, sum(money) as amount from truth_planted_defects
            where entity = 'crm_marketing_costs' group by all
        )
        select month_start, spent.amount - coalesce(held.amount, 0), value
        from spent left join held using (month_start) inner join {figures("marketing_spend")} using (month_start)
    """)
    assert len(rows) == 36
    assert [row for row in rows if row[1] != row[2]] == []


STATISTICS = {
    "": median,
    "mean": mean,
    "p90": lambda hours: quantiles(hours, n=10, method="inclusive")[8],
}


def check_first_responses(company, waits: dict, variants: dict[str, str], within: str) -> None:
    """``waits``: true hours by month; ``variants``: statistic to the variant's name; ``within``: that of 24 hours."""
    for name, variant in variants.items():
        rows = company.with_truth(f"select month_start, value from {figures('first_response_hours', variant=variant)}")
        found = {month: float(value) for month, value in rows if value is not None}
        assert len(found) > 12, variant  # of the months with enough tickets to say one
        assert [m for m, value in found.items() if abs(value - STATISTICS[name](waits[m])) > 0.001] == [], variant
    shares = figures("first_response_hours", variant=within)
    rows = company.with_truth(f"select month_start, numerator from {shares} where numerator is not null")
    assert len(rows) > 12
    assert [m for m, answered in rows if answered != sum(hours <= 24 for hours in waits.get(m, []))] == []


def true_replies(company) -> list[tuple]:
    return company.with_truth(f"""
        select date_trunc('month', day)::date, created_at, first_reply_seconds from truth_tickets
        where first_reply_seconds is not null and not is_merged and ticket_id not in {spoiled("svc_tickets")}
    """)


def test_first_responses_of_each_month_are_those_of_the_true_replies(published_company):
    waits: dict = {}
    for month, _, seconds in true_replies(published_company):
        waits.setdefault(month, []).append(seconds / 3600)
    variants = {"": "default", "mean": "mean", "p90": "p90"}
    check_first_responses(published_company, waits, variants, "within_24_hours")


def test_first_responses_in_working_hours_are_those_of_a_walk_from_day_to_day(published_company):
    """From 9 to 18 in Shanghai, without holidays, with the weekends worked in their place."""
    public = holidays.country_holidays("CN", years=range(2022, 2028))

    def open_seconds(begin: datetime, end: datetime) -> float:
        worked, day = 0.0, begin.date()
        while day <= end.date():
            if (day.isoweekday() <= 5 and day not in public) or day in public.weekend_workdays:
                opens, closes = (datetime(day.year, day.month, day.day, hour) for hour in (9, 18))
                worked += max(0.0, (min(end, closes) - max(begin, opens)).total_seconds())
            day += timedelta(days=1)
        return worked

    waits: dict = {}
    for month, created, seconds in true_replies(published_company):
        begin = datetime(1970, 1, 1) + timedelta(seconds=created, hours=8)
        hours = open_seconds(begin, begin + timedelta(seconds=seconds)) / 3600
        waits.setdefault(month, []).append(hours)
    variants = {"": "business_hours", "mean": "mean_business_hours", "p90": "p90_business_hours"}
    check_first_responses(published_company, waits, variants, "within_24_business_hours")


def test_satisfaction_of_each_quarter_is_that_of_the_true_answers(published_company):
    rows = published_company.with_truth(f"""
        with truth as (
            select date_trunc('quarter', day)::date as month_start, count(*) as answers,
                count(*) filter (score >= 4) as satisfied
            from truth_survey_answers
            where survey = 'csat' and response_id not in {spoiled("crm_survey_responses")} group by all
        )
        select month_start, satisfied, answers, numerator, denominator
        from truth inner join {figures("customer_satisfaction", "quarter")} using (month_start)
    """)
    assert len(rows) == 12
    assert [row for row in rows if row[1:3] != row[3:5]] == []


def test_recommendation_of_each_quarter_is_that_of_each_customers_last_answer(published_company):
    rows = published_company.with_truth(f"""
        with answers as (
            select date_trunc('quarter', day)::date as month_start, true_customer_id,
                arg_max(score, (answered_at, response_id)) as score
            from truth_survey_answers where survey = 'nps' group by all
        ),
        truth as (
            select month_start, count(*) as answers,
                100 * (count(*) filter (score >= 9) - count(*) filter (score <= 6)) as points
            from answers group by all
        )
        select month_start, points, answers, numerator, denominator
        from truth inner join {figures("net_promoter_score", "quarter")} using (month_start)
    """)
    assert len(rows) >= 10
    assert [row for row in rows if row[1:3] != row[3:5]] == []


def test_hours_of_service_and_their_cost_are_those_that_were_worked(published_company):
    [truth] = published_company.with_truth(f"""
        select sum(minutes), sum(cost) from truth_service_time where entry_id not in {spoiled("svc_time_entries")}
    """)
    [found] = published_company.query("select sum(minutes), sum(cost_amount) from core.fct_service_time")
    assert truth == found
    [(tickets, passed_on)] = published_company.with_truth("""
        select count(*), count(*) filter (reassigned) from truth_tickets
    """)
    [(moved,)] = published_company.query("""
        select count(*) from core.fct_ticket_events where event_type = 'assignment' and from_value is not null
    """)
    assert (tickets > 500, moved) == (True, passed_on)


def test_quotes_of_each_month_are_those_that_were_asked_for(published_company):
    [truth] = published_company.with_truth("select count(*), count(sent_on), max(version) from truth_quotes")
    [found] = published_company.query("select count(*), count(sent_date), max(version) from core.fct_quotes")
    assert truth == found
