"""What the churn warnings are worth on a demo of 300 customers, and a tier that people decided, through a whole run."""

import shutil
import sqlite3
from dataclasses import dataclass
from datetime import date
from typing import get_args

import pytest

from tests.end_to_end.conftest import ROOT, LivingCompany
from warehouse.company import WarningRule


@dataclass
class DecidedCompany(LivingCompany):
    """A demo company whose people have decided the tier of one customer, named as its ERP names him."""

    code: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "CMW_CONFIG": str(self.home.parent / "config")}

    def decide(self, first: date, last: date) -> None:
        with sqlite3.connect(self.home / "demo" / "erp.db") as connection:
            (self.code,) = connection.execute(
                "select kunnr from customer_master where created_at < '2025-01-01' order by klimk, kunnr limit 1"
            ).fetchone()
        (self.home.parent / "config" / "tier_overrides.yml").write_text(
            f"overrides: [{{source_system: erp, entity: erp_customers, source_key: '{self.code}', tier: A, "
            f"valid_from: {first}, valid_until: {last}, reason: reference, decided_by: head of sales}}]\n",
            encoding="utf-8",
        )


@pytest.fixture(scope="module")
def company(published_company, tmp_path_factory) -> DecidedCompany:
    folder = tmp_path_factory.mktemp("warned")
    shutil.copytree(ROOT / "config", folder / "config")
    found = DecidedCompany(folder / "home")
    found.take_compiled(published_company)
    found.cmw("demo", "create", "--customers", "300")
    found.decide(date(2026, 5, 1), date(2026, 6, 29))
    found.cmw("run")
    return found


@pytest.mark.slow
def test_the_warnings_together_beat_the_contact_rule_at_equal_volume(company):
    found = {
        rule: (warned, right, left)
        for rule, warned, right, left in company.query("""
            select rule, sum(warned_customers), sum(warned_churned_customers), sum(churned_customers)
            from marts.warning_outcomes group by rule
        """)
    }
    warned, right, left = found["any_rule"]
    plain_warned, plain_right, _ = found["plain_contact_equal_volume"]
    assert warned == plain_warned
    assert right / warned > plain_right / plain_warned  # and so recall too: the leavers are the same
    assert right / warned > 2 * found["plain_contact"][1] / found["plain_contact"][0]
    assert right / left > 0.6


@pytest.mark.slow
def test_every_rule_that_warns_alone_finds_more_leavers_than_chance_and_every_rule_is_judged(company):
    judged = company.query("""
        select rule, bool_and(warns_alone), sum(warned_customers), sum(warned_churned_customers),
            sum(churned_customers) / sum(active_customers)
        from marts.warning_outcomes where rule not like 'plain%' group by rule
    """)
    assert {rule for rule, *_ in judged} == set(get_args(WarningRule)) | {"any_rule"}
    alone = {rule: (warned, right, base) for rule, warns, warned, right, base in judged if warns}
    assert {"health_below_limit", "no_order_key_account", "any_rule"} <= alone.keys()
    # of fewer than 20 warnings the precision says nothing (R11)
    assert [rule for rule, (warned, right, base) in alone.items() if warned >= 20 and right / warned <= base] == []


@pytest.mark.slow
def test_warnings_are_few_enough_to_be_worked(company):
    ((warned, active),) = company.query("""
        select (select count(*) from marts.churn_warnings), count(*) from core.dim_customers where is_active
    """)
    assert 0 < warned < 0.35 * active


@pytest.mark.slow
def test_at_risk_of_today_is_who_is_warned_of_today(company):
    differing = company.query("""
        select customer_key from marts.churn_warnings
        full join (select customer_key from marts.customer_lifecycle where is_current and state = 'at_risk') as states
            using (customer_key)
        where churn_warnings.primary_reason is null or states.customer_key is null
    """)
    assert differing == []


@pytest.mark.slow
def test_a_decided_tier_holds_until_its_last_day_and_says_why(company):
    rows = company.query(f"""
        select month_start, tier, is_overridden, override_reason
        from marts.customer_tiers
        inner join identity.customer_identity_map as map using (customer_key)
        where map.source_system = 'erp' and map.entity = 'erp_customers' and map.source_key = '{company.code}'
            and map.valid_to is null and month_start >= date '2026-04-01'
        order by month_start
    """)
    assert [row[0] for row in rows if row[2]] == [date(2026, 5, 1)]
    assert [row[1:] for row in rows if row[2]] == [("A", True, "reference")]


@pytest.mark.slow
def test_metrics_say_what_the_marts_say(company):
    ((precision, numerator, denominator),) = company.query("""
        select value, numerator, denominator from metrics.metric_values
        where metric_name = 'warning_precision_recall' and period_grain = 'month' and dimension_name = 'total'
            and period_start = date '2026-01-01' and variant = 'default'
    """)
    ((right, warned),) = company.query("""
        select warned_churned_customers, warned_customers from marts.warning_outcomes
        where rule = 'any_rule' and month_start = date '2026-01-01'
    """)
    assert (int(numerator), int(denominator)) == (right, warned)
    assert float(precision) == pytest.approx(right / warned, abs=1e-7)
    stages = company.query("""
        select dimension_value, cast(value as bigint) from metrics.metric_values
        where metric_name = 'lifecycle_stage_count' and period_grain = 'month' and dimension_name = 'state'
            and period_start = date '2026-06-01' order by 1
    """)
    assert stages == company.query(
        "select state, count(*) from marts.customer_lifecycle where is_current group by state order by state"
    )
