"""Every rule fires on what it is for, and stays silent where there is nothing to say."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from alerting.decide import decide_outside_a_run, report_failed_checks, report_failed_run
from warehouse.freshness import Promise


def _causes(alerts):
    return [(alert.cause, alert.owner, alert.severity) for alert in alerts]


def test_a_company_where_all_is_well_has_no_alert(world):
    world.metric(limit_status="ok")
    world.metric("net_revenue", limit_status="none", value=None)
    world.check(passed=True, failed_count=0)
    world.load()
    assert world.decide() == []


def _check_result():
    """A failed check in the shape of quality.check_results."""
    return {
        "check_name": "volume", "gate": "raw", "table_name": "erp_orders", "source_system": "erp",
        "severity": "critical", "owner": "data-platform", "passed": False, "checked_count": 0, "failed_count": 1,
        "failed_keys": [], "reason": "Orders arrive every day", "reason_zh": "每天都有订单", "observed": "none",
    }  # fmt: skip


# metric limits


def test_a_metric_beyond_its_limit_tells_its_owner_what_it_is_and_what_to_do(world):
    world.metric(target_value=Decimal("0.08"), previous_value=Decimal("0.09"), limit_value=Decimal("0.1"))
    [alert] = world.decide()
    assert _causes([alert]) == [("metric_limit:customer_churn_rate", "sales", "critical")]
    assert alert.title.en == "Customer churn rate: 12.0 % in 2026-06 (critical)"
    assert alert.title.zh == "客户流失率:2026-06 12.0 %(严重)"
    assert "target 8.0 %" in alert.reason.en
    assert "period before 9.0 %" in alert.reason.en
    assert alert.reason.zh == "限值 10.0 %,目标 8.0 %,上期 9.0 %"
    assert (alert.next_step.en, alert.next_step.zh) == ("Call them", "联系客户")
    assert alert.due == date(2026, 7, 2)


def test_members_beyond_the_limit_are_listed_in_the_one_alert_of_their_metric(world):
    world.metric(limit_status="ok", value=Decimal("0.05"))
    world.metric(dimension_name="region", dimension_value="North", limit_status="warning")
    world.metric(dimension_name="region", dimension_value="South", limit_status="critical", value=Decimal("0.3"))
    [alert] = world.decide()
    assert [item.key for item in alert.items] == ["month:region:South", "month:region:North"]
    assert alert.severity == "critical"


def test_the_total_comes_first_and_each_member_speaks_once_for_its_shortest_period(world):
    world.metric(limit_status="warning", value=Decimal("0.11"))
    north = {"dimension_name": "region", "dimension_value": "North"}
    world.metric(**north, value=Decimal("0.3"))
    world.metric(**north, value=Decimal("0.4"), period_grain="quarter", period_start=date(2026, 4, 1))
    world.metric(dimension_name="owner", dimension_value="U1", value=Decimal("0.5"))
    [alert] = world.decide()
    assert [item.key for item in alert.items] == ["month:total:total", "month:owner:U1", "month:region:North"]
    assert alert.title.en == "Customer churn rate: 11.0 % in 2026-06 (warning), and 2 of its members, 2 critical"
    assert alert.title.zh == "客户流失率:2026-06 11.0 %(预警);另有 2 个成员超限(其中 2 个严重)"


def test_of_figures_that_gate_2_keeps_back_nobody_is_told_and_what_was_told_stays(world):
    world.metric()
    world.warning("C1")
    told = {alert.title.en for alert in world.decide()}
    assert len(told) == 2
    world.connection.execute("update metrics.metric_values set value = 0.9")
    world.connection.execute("delete from marts.churn_warnings")
    world.metric("overdue_rate", value=Decimal("0.5"))
    world.check(gate="invariant", table_name="core.customer_months", source_system="")
    after = {alert.title.en for alert in world.decide(gate_passed=False)}
    assert told < after
    assert len(after - told) == 1, "that gate 2 failed"


def test_members_beyond_the_limit_say_that_the_total_is_within(world):
    world.metric(limit_status="ok", value=Decimal("0.05"))
    for name in ("North", "South"):
        world.metric(dimension_name="region", dimension_value=name, limit_status="warning")
    [alert] = world.decide()
    assert "region North 12.0 %" in alert.title.en
    assert alert.title.en.endswith("and 1 other member; the total is within")
    assert alert.link == "cmw metrics values customer_churn_rate --by region", "in total nobody would see it"


def test_where_to_see_it_names_the_period_of_the_figure_and_a_year_names_the_one_before_it_once(world):
    world.metric(period_grain="year", period_start=date(2025, 1, 1), previous_value=Decimal("0.09"))
    world.connection.execute("update metrics.metric_values set same_period_last_year_value = 0.09")
    world.connection.execute("update metrics.metric_values set as_of = '2026-01-10'")
    [alert] = world.decide()
    assert alert.link == "cmw metrics values customer_churn_rate --grain year"
    assert "eriod before 9.0 %" in alert.reason.en and "earlier" not in alert.reason.en


def test_a_share_of_money_says_how_much_money_lies_beyond_the_limit(world):
    world.metric("opening_revenue", unit="money", value=Decimal("2000000"), limit_status="none")
    world.connection.execute("update metrics.metric_catalogue set unit = 'money'")
    world.metric(
        "net_revenue_retention", value=Decimal("0.86"), limit_value=Decimal("0.9"), denominator=Decimal("2000000")
    )
    world.connection.execute("update metrics.metric_catalogue set denominator_metric = 'opening_revenue'")
    [alert] = world.decide()
    assert alert.money == Decimal("80000.00")


def test_owners_are_called_by_name_and_what_nobody_has_is_said_in_both_languages(world):
    world.connection.execute(
        "create schema core; create table core.dim_employees as select 'U1' employee_id, 'Ann' full_name"
    )
    for owner in ("U1", "unassigned"):
        world.metric(dimension_name="owner", dimension_value=owner)
    [alert] = world.decide()
    assert [item.text.en.split(" 12.0")[0] for item in alert.items] == ["owner Ann (U1)", "owner nobody's"]
    assert alert.items[1].text.zh.startswith("负责人 无人负责")


def test_a_metric_that_matures_late_speaks_for_its_newest_mature_period(world):
    for month, reason in ((date(2026, 6, 1), "immature"), (date(2026, 5, 1), "immature")):
        world.metric(period_start=month, value=None, null_reason=reason, limit_status="none")
    world.metric(period_start=date(2026, 4, 1))
    world.metric(period_start=date(2026, 3, 1), value=Decimal("0.9"))
    [alert] = world.decide()
    assert [item.key for item in alert.items] == ["month:total:total"]
    assert "12.0 % in 2026-04" in alert.title.en


def test_a_period_too_small_to_judge_does_not_bring_up_an_older_one(world):
    world.metric(value=None, null_reason="small_base", limit_status="none")
    world.metric(period_start=date(2026, 5, 1))
    assert world.decide() == []


def test_a_year_that_matures_late_is_told_when_it_matures(world):
    world.metric(limit_status="ok", period_start=date(2026, 1, 1))
    world.metric(period_grain="year", period_start=date(2025, 1, 1))
    world.connection.execute("update metrics.metric_catalogue set matures_after_days = 90")
    assert world.decide() == []
    world.connection.execute("update metrics.metric_values set as_of = '2026-04-20'")
    assert [alert.items[0].key for alert in world.decide()] == ["year:total:total"]


def test_an_unfinished_period_of_a_rate_and_an_old_breach_do_not_alert(world):
    world.today(date(2026, 6, 15))
    world.metric(as_of=date(2026, 6, 15))
    world.metric(as_of=date(2026, 6, 15), period_start=date(2026, 5, 1), limit_status="ok")
    world.metric(as_of=date(2026, 6, 15), period_start=date(2026, 4, 1))
    assert world.decide() == []


def test_a_long_period_is_told_while_it_is_fresh_and_a_short_one_at_any_time(world):
    year = {"period_grain": "year", "period_start": date(2025, 1, 1), "limit_status": "critical"}
    for month in (date(2025, 12, 1), date(2026, 6, 1)):
        world.metric(limit_status="ok", period_start=month)
    world.metric(**year)
    assert world.decide() == []
    world.connection.execute("update metrics.metric_values set as_of = '2026-01-15'")
    assert [alert.items[0].key for alert in world.decide()] == ["year:total:total"]


def test_a_quarter_speaks_at_any_time_for_a_metric_that_has_no_shorter_limit(world):
    world.today(date(2026, 6, 15))
    day = date(2026, 6, 15)
    world.metric(period_grain="quarter", period_start=date(2026, 1, 1), as_of=day, unit="days", value=Decimal("75.5"))
    world.metric(period_grain="month", period_start=date(2026, 5, 1), as_of=day, limit_status="none")
    [alert] = world.decide()
    assert alert.title.en == "Customer churn rate: 75.5 days in 2026-Q1 (critical)"
    assert "75.5 天" in alert.title.zh


def test_a_balance_alerts_inside_its_period(world):
    world.today(date(2026, 6, 15))
    world.metric("accounts_receivable", as_of=date(2026, 6, 15), additivity="semi_additive", unit="money")
    assert [alert.cause for alert in world.decide()] == ["metric_limit:accounts_receivable"]


def test_a_variant_of_a_metric_does_not_alert(world):
    world.metric(variant="by_amount")
    assert world.decide() == []


# failed checks


def test_failed_checks_of_one_source_are_one_alert_with_the_failing_keys(world):
    world.check()
    world.check("currency_known", table_name="erp_orders", severity="warning", failed_count=1, failed_keys=["O9"])
    [alert] = world.decide()
    assert _causes([alert]) == [("failed_check:raw:erp", "data-platform", "critical")]
    assert alert.size == 4
    assert "I1, I2, I3" in alert.items[0].text.en
    assert "O9" in alert.items[1].text.zh


def test_the_money_behind_rows_that_are_held_back_is_said(world):
    world.check()
    world.connection.execute(
        """
        create table quality.quarantined_rows as
        select 'erp' as source_system, 'data-platform' as owner, 2200.00::decimal(18, 2) as amount, rule_number,
            'erp_invoices' as entity, 'rule_' || rule_number as rule, 'I1' as key
        from range(1, 3) as rules (rule_number)
        """
    )
    [alert] = world.decide()
    assert alert.money == Decimal("2200.00"), "a row that breaks two rules is held back once"
    assert alert.title.en == "erp: 1 quality check fails, 1 of them critical"
    report_failed_checks(world.store, world.settings, world.company, [_check_result()], "read-1")
    assert [one.money for one in world.decide()] == [Decimal("2200.00")]


def test_a_check_that_the_next_load_passes_fails_on_while_its_rows_are_held_back(world):
    """Else the alert of money that is missing would be gone, or milder, the next morning."""
    world.check()
    world.check("currency_known", table_name="erp_orders", severity="warning", failed_count=1, failed_keys=["O9"])
    [before] = world.decide()
    for name, table in (("amount_positive", "erp_invoices"), ("currency_known", "erp_orders")):
        world.check(name, table_name=table, judged_at=datetime(2026, 7, 1), passed=True, failed_count=0, failed_keys=[])
    world.connection.execute(
        """
        create table quality.quarantined_rows as
        select 'erp' as source_system, 'data-platform' as owner, 100.00::decimal(18, 2) as amount, 1 as rule_number,
            'erp_invoices' as entity, 'amount_positive' as rule, key
        from (values ('I1'), ('I2'), ('I3')) as held (key)
        """
    )
    [alert] = world.decide()
    assert alert.alert_id == before.alert_id
    assert (alert.severity, alert.money) == ("critical", Decimal("300.00"))
    assert alert.title.en == "erp: 1 quality check fails, 1 of them critical"
    assert alert.items[0].text.en == "erp_invoices.amount_positive (critical): 3 held back, such as I1, I2, I3"
    assert "拦截 3 行" in alert.items[0].text.zh
    world.connection.execute("delete from quality.quarantined_rows")
    assert world.decide() == [], "corrected in the source: the alert closes by itself"


def test_what_fails_in_the_warehouse_is_one_alert_an_owner_apart_from_the_sources(world):
    world.check(gate="invariant", table_name="marts.receivables_bridge", source_system="", owner="sales")
    world.check(gate="marts", table_name="core.fct_orders", source_system="", owner="sales", severity="warning")
    world.check()
    found = world.decide()
    assert sorted(_causes(found)) == [
        ("failed_check:raw:erp", "data-platform", "critical"),
        ("failed_check:warehouse", "sales", "critical"),
    ]
    assert [len(alert.items) for alert in found] == [1, 2]


def test_a_check_that_passes_again_is_silent(world):
    world.check(judged_at=datetime(2026, 6, 29))
    world.check(judged_at=datetime(2026, 6, 30), passed=True, failed_count=0)
    assert world.decide() == []


# stale sources and failed runs


def test_a_source_that_could_not_be_read_is_critical_and_says_why(world):
    world.load(entity="erp_orders", loaded_at=datetime(2026, 6, 30, 10))
    world.load(entity="erp_invoices", status="failed", error="the server refuses the connection")
    [alert] = world.decide()
    assert _causes([alert]) == [("stale_source:erp", "data-platform", "critical")]
    assert "the server refuses the connection" in alert.reason.en
    assert "2026-06-30 10:00" in alert.reason.zh


def test_a_failure_that_was_followed_by_a_good_load_is_silent(world):
    world.load(status="failed", error="x")
    world.load()
    assert world.decide() == []


def test_each_source_is_held_to_what_its_own_file_promises(world):
    world.load("erp", loaded_at=datetime(2026, 6, 27))
    world.load("crm", loaded_at=datetime(2026, 6, 27))
    world.promises["crm"] = Promise(timedelta(days=7))
    [alert] = world.judge_sources()
    assert _causes([alert]) == [("stale_source:erp", "data-platform", "warning")]
    assert alert.title.en == "erp: nothing read for 87 hours"
    assert "every 24 hours" in alert.reason.en and "每 24 小时" in alert.reason.zh


def test_a_source_that_is_no_longer_configured_is_not_missed(world):
    world.load("old_crm", loaded_at=datetime(2025, 6, 27))
    assert world.judge_sources() == []


def test_a_replica_that_froze_is_found_although_it_is_read_every_day(world):
    world.load("erp", "erp_orders", loaded_at=datetime(2026, 6, 22, 22), new_versions=5)
    for day in range(23, 31):
        world.load("erp", "erp_orders", loaded_at=datetime(2026, 6, day, 12), status="unchanged")
    [alert] = world.judge_sources()
    assert "read, but nothing new for" in alert.title.en and "没有新数据" in alert.title.zh
    assert "2026-06-22 22:00 UTC" in alert.reason.en
    world.load("erp", "erp_invoices", loaded_at=datetime(2026, 6, 30, 13), new_versions=1)
    assert world.judge_sources() == [], "what any of its tables brings is news, and closes the alert"


def test_a_weekend_is_no_silence(world):
    """New on Friday; nothing on Saturday and Sunday; judged on Monday morning, before the first order."""
    world.load("erp", loaded_at=datetime(2026, 6, 26, 14), new_versions=5)
    world.load("erp", loaded_at=datetime(2026, 6, 28, 14), status="unchanged")
    world.today(date(2026, 6, 29))
    assert world.judge_sources() == []
    world.load("erp", loaded_at=datetime(2026, 6, 29, 14), status="unchanged")
    world.today(date(2026, 6, 30))
    assert [alert.cause for alert in world.judge_sources()] == ["stale_source:erp"]


def test_the_owner_of_the_source_file_is_told_where_there_is_a_route_and_is_named_where_not(world):
    world.load("erp", loaded_at=datetime(2026, 6, 20))
    world.load("crm", loaded_at=datetime(2026, 6, 20))
    world.promises |= {
        "erp": Promise(timedelta(hours=24), "sales"),
        "crm": Promise(timedelta(hours=24), "ann@example.com"),
    }
    crm, erp = sorted(world.judge_sources(), key=lambda one: one.cause)
    assert (erp.owner, crm.owner) == ("sales", "data-platform")
    assert crm.next_step.en.endswith("Who answers for it: ann@example.com")


def test_a_source_that_cannot_be_read_is_one_alert_and_not_one_more_for_every_owner_of_a_table(world):
    world.load("erp", "erp_orders", status="failed", error="refused")
    for owner in ("sales", "desk"):
        world.check("loaded", table_name=f"erp_{owner}", owner=owner)
        world.check("fresh", table_name=f"erp_{owner}", owner=owner, severity="warning")
    assert [alert.cause for alert in world.decide()] == ["stale_source:erp"]


def test_a_failed_run_is_told_and_the_next_run_that_works_closes_it(world):
    world.check()
    [before] = world.decide()
    alerts = report_failed_run(
        world.store, world.settings, world.company, job="refresh", run_id="0123456789", reason="The disk is full."
    )
    failed = next(alert for alert in alerts if alert.rule == "failed_run")
    assert failed.reason.en == "The disk is full."
    assert before.alert_id in {alert.alert_id for alert in alerts}, "a sensor closes nothing"
    assert [alert.cause for alert in world.decide()] == ["failed_check:raw:erp"]


def test_checks_that_failed_in_a_run_without_alerts_are_told_by_a_sensor(world):
    [alert] = report_failed_checks(world.store, world.settings, world.company, [_check_result()], "read-1")
    assert _causes([alert]) == [("failed_check:raw:erp", "data-platform", "critical")]


def test_a_sensor_with_nothing_to_say_says_nothing(world):
    world.load()
    assert world.judge_sources() == []
    assert decide_outside_a_run(world.store, world.settings, world.company, [], "sensor") == []


# churn warnings


def test_each_owner_gets_one_digest_with_the_most_money_first(world):
    world.warning("C1", "U1", "100")
    world.warning("C2", "U1", "900")
    world.warning("C3", "U2", "5")
    first, second = world.decide()
    assert (first.owner, second.owner) == ("U1", "U2")
    assert [item.key for item in first.items] == ["C2", "C1"]
    assert first.money == Decimal("1000.00")
    assert "Name C2" in first.items[0].text.en
    assert "900 CNY" in first.items[0].text.zh
    assert "上门拜访" in first.items[0].text.zh


def test_where_no_margin_is_known_the_revenue_at_risk_stands_in_for_it(world):
    """A company that brings no cost of goods: revenue must not be called a margin."""
    world.warning("C1", margin_at_risk=None, revenue_at_risk=Decimal("500"))
    world.warning("C2", margin_at_risk=None, revenue_at_risk=Decimal("900"))
    [alert] = world.decide()
    assert alert.title.en == "Ann: 2 customers at risk, 1,400 CNY revenue"
    assert "涉及收入" in alert.title.zh
    assert [(item.key, item.money) for item in alert.items] == [("C2", 900), ("C1", 500)]
    assert "revenue at risk" in alert.items[0].text.en


def test_customers_at_risk_are_told_of_where_nobody_knows_the_money_behind_them(world):
    """A company that brings no revenue, or has not been observed for long enough."""
    world.warning("C1", margin_at_risk=None, revenue_at_risk=None)
    [alert] = world.decide()
    assert alert.title.en == "Ann: 1 customer at risk" and alert.title.zh == "Ann:1 个客户有流失风险"
    assert alert.money is None and alert.items[0].money is None
    assert alert.items[0].text.en == "Name C1: no order for 180 days. Visit them"
    assert alert.reason.en.startswith("First of them: Name C1")


def test_what_customers_owe_is_told_only_where_it_is_known(world):
    world.warning("C1", open_receivable=None)
    world.warning("C2", "U2")
    unknown, known = (alert.reason for alert in world.decide())
    assert unknown.en.endswith("in critical health") and unknown.zh.endswith("0 个")
    assert known.en.endswith("; open receivables 50 CNY") and known.zh.endswith(";未收款 50 CNY")


def test_a_warning_names_the_weak_component_and_how_long_nothing_happened(world):
    world.warning(
        "C1", reasons="health_below_limit; no_order_key_account", reasons_en="Low health; No order",
        reasons_zh="健康度低; 未下单", health_score=Decimal("47.6"), weakest_component="payment",
        days_without_order=201, days_without_contact=3,
    )  # fmt: skip
    [alert] = world.decide()
    why = "Low health; No order — health 48, weakest: payment, 201 days without an order"
    assert alert.items[0].text.en == f"Name C1: 1,000 CNY margin at risk. {why}. Visit them"
    assert "健康度低; 未下单——健康度 48,最弱分项:付款、201 天未下单" in alert.items[0].text.zh
    assert why in alert.reason.en


def test_of_customers_whose_owner_has_left_a_new_owner_is_the_first_step(world):
    world.warning("C1", has_owner_left=True)
    [alert] = world.decide()
    assert alert.title.en == "Ann (has left): 1 customer at risk, 1,000 CNY margin"
    assert alert.title.zh.startswith("Ann(已离职):")
    assert alert.next_step.en == "Name a new owner for them in the CRM first. Name C1: Visit them"
    assert alert.next_step.zh.startswith("请先在 CRM 中为这些客户指定新负责人。")


def test_no_customer_at_risk_means_no_digest(world):
    assert world.decide() == []
    world.warning("C1")
    assert [alert.rule for alert in world.decide()] == ["churn_warning"]


def test_a_digest_with_a_customer_in_critical_health_is_critical(world):
    world.warning("C1", "U1", "100")
    world.warning("C2", "U1", "5", risk_band="critical")
    assert [alert.severity for alert in world.decide()] == ["critical"]


def test_a_long_list_names_the_customers_with_the_most_money_and_counts_the_rest(world):
    for number in range(30):
        world.warning(f"C{number:02}", "U1", str(number))
    [alert] = world.decide()
    assert len(alert.items) == 30, "the message shows the first twenty and counts the rest"
    assert alert.items[0].key == "C29"
    assert alert.title.en.startswith("Ann: 30 customers at risk, 435 CNY")


@pytest.mark.parametrize("table", ["metrics.metric_values", "quality.check_results", "marts.churn_warnings"])
def test_a_rule_whose_table_is_missing_leaves_its_alerts_open(world, table):
    world.metric()
    world.check()
    world.warning("C1")
    assert len(world.decide()) == 3
    world.connection.execute(f"drop table {table}")
    assert len(world.decide()) == 3
