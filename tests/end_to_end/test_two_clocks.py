"""Publish; forty days with late rows and a merge; the old day as it was known then equals the first publish."""

import hashlib
from pathlib import Path

import pytest

from tests.end_to_end.conftest import LivingCompany
from tests.end_to_end.equal_tables import differing_tables

FIRST_DAY = "2026-06-30"
# The months were closed on that day, but after the publish: only the replay can compare with what was reported.
CLOSED_SINCE = "where metric_name <> 'restatement_amount'"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def forty_days_later(published_company, tmp_path_factory) -> LivingCompany:
    """Closed, lived on, two customers merged, run, and the first day replayed."""
    company = published_company.copy(tmp_path_factory.mktemp("forty") / "home")
    company.cmw("close")
    company.cmw("demo", "advance", "--days", "40")
    [(one,), (other,)] = company.query("""
        select customer_key from core.dim_customers
        where customer_key <> 'unassigned' and last_invoice_date is not null
        order by last_invoice_date desc, customer_key limit 2
    """)
    company.cmw("identity", "merge", one, other, "--reason", "one company since August")
    company.cmw("run")
    return company


def _contents(folder: Path) -> dict[str, str]:
    """Digest of every file of the company that a replay must leave alone; Dagster records the replay."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in ("dagster", "logs", "as_of", "dbt")
    }


@pytest.fixture(scope="module")
def replayed(forty_days_later) -> tuple[LivingCompany, dict[str, str], str]:
    """The company as replayed, the files as they were before, and what the screen said."""
    before = _contents(forty_days_later.home)
    screen = forty_days_later.cmw("run", "--as-of", FIRST_DAY)
    return LivingCompany(forty_days_later.home / "as_of" / FIRST_DAY), before, screen


def test_the_replay_equals_the_first_publish_table_by_table(published_company, replayed):
    since = dict.fromkeys(("metrics.metric_values", "metrics.metric_catalogue"), CLOSED_SINCE)
    assert differing_tables(published_company, replayed[0], since) == {}


def test_the_forty_days_changed_what_was_published(published_company, forty_days_later):
    """Else the equality above would prove nothing."""
    revenue = "select sum(net_revenue) from core.customer_months where month_start = date '2026-06-01'"
    assert forty_days_later.query(revenue) != published_company.query(revenue)
    merged = "select count(*) from identity.customer_identity_map where valid_to is not null"
    assert forty_days_later.query(merged) > published_company.query(merged)


def test_the_replay_touches_nothing_of_the_company(forty_days_later, replayed):
    assert _contents(forty_days_later.home) == replayed[1]


def test_the_screen_says_where_the_result_lies(replayed):
    assert str(replayed[0].home / "published" / "current" / "customer_metrics.duckdb") in replayed[2]


def test_a_day_before_the_first_load_is_replayed_by_event_date(forty_days_later):
    forty_days_later.cmw("run", "--as-of", "2026-03-31")
    past = LivingCompany(forty_days_later.home / "as_of" / "2026-03-31")
    assert past.query("select max(invoice_date)::varchar <= '2026-03-31' from core.fct_invoices") == [(True,)]
    assert past.query("select max(as_of)::varchar from metrics.metric_values") == [("2026-03-31",)]


def test_a_day_in_the_future_is_refused_in_one_sentence(forty_days_later):
    said = forty_days_later.cmw("run", "--as-of", "2030-01-01", status=1)
    assert "2030-01-01 is in the future: the business date is 2026-08-09" in said


def test_reported_and_restatement_make_what_is_known(forty_days_later):
    [(lines, unequal)] = forty_days_later.query("""
        select count(*), count(*) filter (as_reported_value + restatement_value <> as_known_value)
        from metrics.metric_restatements
    """)
    assert lines > 0
    assert unequal == 0


def test_weeks_quarters_and_years_are_closed_and_restated_too(forty_days_later):
    """Quarters and years sum months that were restated, so they cannot all be as they were reported."""
    lines = dict(forty_days_later.query("select period_grain, count(*) from metrics.metric_restatements group by all"))
    assert lines.keys() == {"week", "month", "quarter", "year"}
    assert forty_days_later.query("""
        select count(*) from metrics.metric_restatements where period_grain = 'week' and dimension_name <> 'total'
    """) == [(0,)]


def test_every_restatement_has_a_cause_that_the_change_log_shows(forty_days_later):
    assert forty_days_later.query("select count(*) from metrics.metric_restatements where cause = 'unknown'") == [(0,)]


def test_the_lines_are_exactly_what_differs_between_the_first_publish_and_now(published_company, forty_days_later):
    values = """
        select metric_name, period_start, value from metrics.metric_values
        where period_grain = 'month' and dimension_name = 'total' and variant = 'default' and value is not null
            and period_start < date '2026-06-01'
    """
    first, now = (
        {(name, month): value for name, month, value in company.query(values)}
        for company in (published_company, forty_days_later)
    )
    found = forty_days_later.query("""
        select metric_name, period_start, restatement_value from metrics.metric_restatements
        where period_grain = 'month' and dimension_name = 'total' and variant = 'default'
            and restatement_value is not null
    """)
    expected = {key: now[key] - first[key] for key in first.keys() & now.keys() if now[key] != first[key]}
    assert {(name, month): change for name, month, change in found} == expected
    assert len(expected) > 20
