"""The certificate says what the published tables say, in both languages, on screen and in files."""

import json
from contextlib import contextmanager
from decimal import Decimal
from io import StringIO

import duckdb
import pytest
from rich.console import Console

from reporting.certificate import build, render, write
from reporting.certificate_text import to_markdown
from reporting.certificate_words import WORDS
from tests.reporting import published_company
from warehouse.errors import CmwError
from warehouse.operational_store import open_store, writing
from warehouse.publish import publish
from warehouse.settings import Settings
from warehouse.tables_alerts import alerts, deliveries


@pytest.fixture
def settings(tmp_path):
    return Settings(config=tmp_path / "config", home=tmp_path / "home")


@contextmanager
def metrics_anew(settings):
    """A connection to a company without metrics; what has been written when the block ends is published."""
    published_company.build(settings)
    with duckdb.connect() as connection:
        published_company.fill(connection)
        connection.execute("delete from metrics.metric_values; delete from metrics.metric_catalogue")
        yield connection
        publish(connection, open_store(settings), settings, "run-2")


def _screen(certificate, width=200):
    output = StringIO()
    render(certificate, Console(file=output, width=width))
    return output.getvalue()


def test_what_was_read_since_the_version_before_is_counted_by_source(settings):
    published_company.build(settings)
    crm, erp = build(settings).loaded
    assert (erp.source_system, erp.entities, erp.rows_read, erp.new_versions) == ("erp", 2, 1050, 1044)
    assert (erp.unchanged, erp.deletes, erp.held_rows, erp.failed) == (5, 2, 1, ())
    assert crm.failed == ("crm_leads",)
    with duckdb.connect() as connection:
        published_company.fill(connection)
        publish(connection, open_store(settings), settings, "run-2")
    assert build(settings).loaded == ()


def test_what_is_held_back_is_listed_with_its_reason_and_money(settings):
    published_company.build(settings)
    first, second = build(settings).held_back
    assert (first.entity, first.rules, first.rows) == ("erp_invoices", ("amount_positive", "currency_known"), 2)
    assert first.money == Decimal("30.50"), "a row that breaks two rules is counted once"
    assert first.reasons_zh == ("币种", "金额应大于零")
    assert (second.entity, second.rows, second.money) == ("crm_leads", 1, None)


def test_failed_checks_come_critical_first_and_passed_ones_are_counted(settings):
    published_company.build(settings)
    certificate = build(settings)
    assert [check.check_name for check in certificate.failed_checks] == ["amount_positive", "not_empty"]
    assert certificate.checks_passed == 1


def test_the_ledger_tie_sums_movements_takes_the_newest_balance_and_shows_what_is_held_back(settings):
    published_company.build(settings)
    revenue, receivable = build(settings).ledger
    assert (revenue.ledger, revenue.warehouse, revenue.held_back) == (Decimal("350.50"), Decimal(340), Decimal("10.50"))
    assert (receivable.ledger, receivable.warehouse, receivable.held_back) == (700, 690, 10)
    assert revenue.difference == receivable.difference == Decimal("0.00")
    assert revenue.months_off == 0


def test_differences_that_cancel_each_other_are_seen(settings):
    published_company.build(settings)
    with duckdb.connect() as connection:
        published_company.fill(connection)
        connection.execute(
            "update quality.reconciliation set difference_amount = if(month_start = '2026-05-01', 1, -1)"
            " where account_class = 'revenue'"
        )
        publish(connection, open_store(settings), settings, "run-2")
    revenue = build(settings).ledger[0]
    assert (revenue.difference, revenue.months_off) == (0, 2)
    [line] = [line for line in _screen(build(settings)).splitlines() if line.startswith("Revenue (movement, CNY)")]
    assert line.split()[-2:] == ["0.00", "2"]


def test_headlines_are_strategic_metrics_of_finished_periods_against_their_targets(settings):
    published_company.build(settings)
    certificate = build(settings)
    assert [one.metric_name for one in certificate.headlines] == ["net_revenue", "customer_retention_rate"]
    text = to_markdown(certificate)
    assert "| Label net_revenue | 2026-06 | 1,234,568 CNY | +23.5 % | 1,200,000 CNY | ok |" in text
    assert "| Label customer_retention_rate | 2026-06 | 91.2 % | +1.2 pts | 95.0 % | CRITICAL |" in text


def test_at_most_five_headlines_and_none_of_an_unfinished_period_or_lower_level(settings):
    published_company.build(settings)
    with duckdb.connect() as connection:
        published_company.fill(connection)
        for number in range(6):
            published_company.metric(connection, f"extra_{number}", str(number))
        published_company.metric(connection, "running", "1", period_start=published_company.date(2026, 7, 1))
        published_company.metric(connection, "detail", "1", level="execution")
        publish(connection, open_store(settings), settings, "run-2")
    names = [one.metric_name for one in build(settings).headlines]
    assert names == ["net_revenue", "customer_retention_rate", "extra_0", "extra_1", "extra_2"]


def test_a_headline_stands_in_the_grain_that_has_a_target_or_a_limit(settings):
    with metrics_anew(settings) as connection:
        published_company.metric(connection, "net_revenue_retention", "37", target_value=None, limit_status="none")
        connection.execute(
            """
            insert into metrics.metric_values
            select * replace (
                'quarter' as period_grain, '2026-04-01'::date as period_start, 0.859 as value, 'rate' as unit,
                'critical' as limit_status, 0.9 as target_value
            ) from metrics.metric_values
            """
        )
    [headline] = build(settings).headlines
    assert (headline.period_grain, headline.target, headline.status) == ("quarter", Decimal("0.9"), "critical")


def test_a_headline_is_not_an_old_period_whose_target_outlived_it(settings):
    """January had a target, June has none: what a reader asks for is June."""
    with metrics_anew(settings) as connection:
        published_company.metric(connection, "net_revenue", "62", target_value=None, limit_status="none")
        connection.execute(
            "insert into metrics.metric_values select * replace ('2026-01-01'::date as period_start,"
            " 8000 as target_value) from metrics.metric_values"
        )
    [headline] = build(settings).headlines
    assert (str(headline.period_start), headline.target) == ("2026-06-01", None)


def test_the_balance_of_each_ledger_is_its_newest(settings):
    """Ledgers in two currencies: neither hides the other's last month."""
    published_company.build(settings)
    with duckdb.connect() as connection:
        published_company.fill(connection)
        connection.execute(
            "insert into quality.reconciliation select * replace ('ZZZ' as currency) from quality.reconciliation"
            " where scope = 'ledger' and account_class = 'receivable'"
        )
        publish(connection, open_store(settings), settings, "run-2")
    balances = [one for one in build(settings).ledger if one.account_class == "receivable"]
    assert [one.ledger for one in balances] == [700, 700]


def test_breached_limits_say_what_is_beyond_which_limit_who_has_it_and_whom_it_told(settings):
    published_company.build(settings)
    [limit] = build(settings).limits
    assert (limit.metric_name, limit.value, limit.limit) == (
        "customer_retention_rate",
        Decimal("0.912"),
        Decimal("0.93"),
    )
    assert (limit.owner, limit.told) == ("finance", ("mail: failed", "screen"))
    text = to_markdown(build(settings))
    told = "| 91.2 % | 93.0 % | finance | mail: failed, screen |"
    assert f"| CRITICAL | Label customer_retention_rate, 2026-06 | total {told}" in text


@pytest.mark.parametrize(
    ("alert", "language", "told"),
    [
        ({"severity": "warning"}, "en", "nobody: warnings are not sent to finance"),
        ({"severity": "critical"}, "en", "nobody: no channel reaches finance"),
        ({"state": "closed", "closed_by": "zhang"}, "en", "nobody again: zhang closed the alert"),
        ({"state": "closed", "closed_by": "cause gone"}, "en", "nobody: no alert was opened"),
        ({"cause_key": "metric_limit:other"}, "zh", "无:未生成告警"),
        ({"severity": "warning"}, "zh", "无:预警级告警不发送给finance"),
    ],
)
def test_who_was_not_told_and_why_is_said_in_plain_words(settings, alert, language, told):
    published_company.build(settings, language)
    store = open_store(settings)
    with writing(store) as connection:
        connection.execute(deliveries.delete())
        connection.execute(alerts.update().where(alerts.c.alert_id == 7).values(**alert))
    with duckdb.connect() as marts:
        published_company.fill(marts)
        publish(marts, store, settings, "run-2")
    assert f"| finance | {told} |" in to_markdown(build(settings))


def test_a_member_beyond_its_limit_is_named_and_the_others_are_counted(settings):
    published_company.build(settings)
    with duckdb.connect() as connection:
        published_company.fill(connection)
        connection.execute(
            """
            insert into metrics.metric_values
            select * replace ('owner' as dimension_name, unnest(['U1', 'U2']) as dimension_value)
            from metrics.metric_values where metric_name = 'customer_retention_rate';
            update metrics.metric_values set limit_status = 'ok' where dimension_name = 'total';
            create schema core;
            create table core.dim_employees as select 'U1' as employee_id, 'Ann' as full_name;
            """
        )
        publish(connection, open_store(settings), settings, "run-2")
    assert "| owner Ann (+ 1 others; total within) |" in to_markdown(build(settings))


def test_the_digests_of_all_owners_are_one_line_and_the_largest(settings):
    published_company.build(settings)
    risk = build(settings).at_risk
    assert (risk.owners, risk.money, risk.severity) == (2, Decimal("1000.00"), "warning")
    assert risk.largest_en == ("U2: customers at risk", "U1: customers at risk")
    alerts = to_markdown(build(settings)).split("## Other open alerts")[1].split("##")[0]
    assert alerts.index("erp: 2 quality checks fail") < alerts.index("1,000 CNY")
    assert "Retention is low" not in alerts, "it stands among the limits"


@pytest.mark.parametrize(("language", "held"), [("en", "Held back"), ("zh", "暂扣的行")])
def test_the_screen_is_whole_in_both_languages(settings, language, held):
    published_company.build(settings, language)
    screen = _screen(build(settings))
    for name in ("headlines", "ledger", "loaded", "held", "checks", "limits", "alerts", "next"):
        assert WORDS[language][name] in screen
    assert held in screen
    assert "erp_invoices" in screen
    assert "cmw alerts list" in screen
    assert ("恒丰" if language == "zh" else "Hengfeng") in screen


def test_both_languages_have_the_same_words():
    assert WORDS["en"].keys() == WORDS["zh"].keys()


def test_a_narrow_screen_loses_no_text(settings):
    published_company.build(settings)
    assert "erp_invoices" in _screen(build(settings), width=80)


def test_after_a_failed_gate_it_says_from_which_run_the_figures_are(settings):
    published_company.build(settings)
    with duckdb.connect() as connection:
        published_company.fill(connection)
        publish(connection, open_store(settings), settings, "run-2", gate_passed=False)
    assert "those of run run-1" in to_markdown(build(settings))


def test_a_first_run_that_fails_gate_2_has_a_certificate_without_figures(settings):
    published_company.build(settings, gate_passed=False)
    certificate = build(settings)
    assert certificate.headlines == ()
    assert "no earlier run passed it" in _screen(certificate)


def test_it_is_kept_as_markdown_and_as_json_for_programs(settings):
    published_company.build(settings)
    certificate = build(settings)
    path = write(settings, certificate)
    assert path == settings.home / "reports" / "run-1.md"
    assert path.read_text(encoding="utf-8").startswith("# Hengfeng: customer metrics as of 2026-06-30")
    data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert data == certificate.as_dict()
    assert data["ledger"][0]["difference"] == "0.00"


def test_before_the_first_publish_it_says_what_to_run(settings):
    published_company.build(settings)
    with pytest.raises(CmwError, match="cmw run"):
        build(Settings(config=settings.config, home=settings.home / "other"))
