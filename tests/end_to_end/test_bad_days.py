"""A source that is gone, a ledger that does not tie: seen, told, mended."""

import json
import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.end_to_end.conftest import LivingCompany


def _outbox(company: LivingCompany) -> str:
    return (company.home / "outbox" / "alerts.md").read_text(encoding="utf-8")


def _titles(company: LivingCompany) -> str:
    """Of the alerts that are open."""
    return "\n".join(alert["title"] for alert in json.loads(company.cmw("alerts", "list", "--json")))


def _change(company: LivingCompany, database: str, statement: str) -> None:
    with sqlite3.connect(company.home / "demo" / f"{database}.db") as connection:
        assert connection.execute(statement).rowcount > 0
    connection.close()


def _pointer(company: LivingCompany) -> Path:
    return (company.home / "published" / "current").resolve()


def test_a_source_that_fails_alone_is_told_although_nothing_else_is_new_until_it_is_back(changing_company):
    """As a cron line would have it: nobody looks at the screen, and no daemon runs."""
    company, before = changing_company, _pointer(changing_company)
    database = company.home / "demo" / "crm.db"
    database.rename(database.with_suffix(".away"))
    said = company.cmw("run", status=1)
    assert "Nothing new" in said and "crm" in said
    told = r"crm: \d+ entities could not be read"
    assert re.search(told, _outbox(company))
    assert re.search(told, _titles(company))
    assert _pointer(company) == before

    database.with_suffix(".away").rename(database)
    assert "Nothing new" in company.cmw("run")
    assert not re.search(told, _titles(company)), "the next good reading closes it"


@pytest.mark.slow
def test_a_control_account_that_does_not_tie_publishes_the_last_good_marts_with_what_is_wrong(changing_company):
    company = changing_company
    [(good_run,)] = company.query("select marts_run_id from ops.published_versions where is_this_version")
    revenue = "select sum(net_revenue) from core.customer_months"
    before = company.query(revenue)
    newest = "select max(entry_id) from gl_journal where acct_class = 9 and kunnr is not null"
    wrong = "update gl_journal set amount = amount + 1, changed_at = '2026-06-30 22:00:00.000000'"
    _change(company, "erp", f"{wrong} where entry_id = ({newest})")
    shutil.rmtree(company.home / "working")  # as after an erasure: what a failed test kept back would be nowhere
    said = company.cmw("run", status=1)
    assert f"core, marts and metrics are those of run {good_run}" in " ".join(said.split())
    [(run, marts_run, passed)] = company.query(
        "select run_id, marts_run_id, gate_passed from ops.published_versions where is_this_version"
    )
    assert (marts_run, passed) == (good_run, False) and run != good_run
    assert company.query(revenue) == before
    failed = (
        f"select check_name from quality.check_results where run_id = '{run}' and not passed and gate = 'invariant'"
    )
    # and nothing else: no table of another day was judged beside those of this run
    assert sorted(company.query(failed)) == [("i4_ledger_ties",), ("i6_control_account_ties",)]
    tested = "select reason, checked_count, failed_count from quality.check_results where check_name like 'ledger_tie%'"
    assert company.query(f"{tested} and run_id = '{run}'") == [("ledger tie leaves no difference", 1, 1)]
    assert "i4_ledger_ties (critical)" in _outbox(company)
    assert company.query("select count(*) from ops.alerts where title_en like 'warehouse: %critical%'") != [(0,)]


@pytest.mark.slow
def test_a_crm_whose_closing_days_are_not_those_of_its_stage_history_is_published(changing_company):
    """Most keep the closing as a day that people set, and the stages as moments."""
    company, before = changing_company, _pointer(changing_company)
    midnight = "closed_on = date(closed_on) || ' 00:00:00.000000', modified_on = '2026-06-30 22:00:00.000000'"
    _change(company, "crm", f"update opportunity set {midnight} where closed_on is not null")
    company.cmw("run")
    assert _pointer(company) != before
