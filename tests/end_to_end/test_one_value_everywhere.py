"""A report, its page, the command's export, an alert and its mail show one value for one metric and scope (I21)."""

import json
import re
from decimal import Decimal

import pytest

from warehouse.formats import figure, period

WITH_UNITS = """
    select metric_name, period_grain, period_start, dimension_name, dimension_value, value, unit, currency, limit_status
    from metrics.metric_values where variant = 'default' and value is not null
"""


@pytest.fixture(scope="module")
def published(published_company) -> dict[tuple, tuple]:
    """(metric, grain, start, dimension, member) to (value, unit, currency, limit status)."""
    return {row[:5]: row[5:] for row in published_company.query(WITH_UNITS)}


def test_the_report_of_the_run_shows_the_published_values(published_company, published):
    [path] = (published_company.home / "reports").glob("*.json")
    headlines = json.loads(path.read_text(encoding="utf-8"))["headlines"]
    assert headlines
    starts = {start.isoformat(): start for _, _, start, _, _ in published}
    for line in headlines:
        key = (line["metric_name"], line["period_grain"], starts[line["period_start"]], "total", "total")
        assert Decimal(line["value"]) == published[key][0]


def test_the_page_shows_the_published_values(published_company, published):
    page = (published_company.home / "reports" / "metric_catalogue.html").read_text(encoding="utf-8")
    shown = re.findall(r'<article id="(\w+)".*?<p class="value \w+">([^<]+) <small>([^<· ]+)', page, re.DOTALL)
    language = "zh" if '<html lang="zh"' in page else "en"
    texts = {
        (name, figure(value, unit, currency, language), period(grain, start))
        for (name, grain, start, dimension, _), (value, unit, currency, _) in published.items()
        if dimension == "total"
    }
    with_value = [one for one in shown if one[1] != "–"]
    assert len(with_value) > 80
    assert [one for one in with_value if one not in texts] == []


def test_the_export_gives_the_published_values(published_company, published):
    rows = json.loads(published_company.cmw("metrics", "values", "net_revenue", "--last", "6", "--json"))
    starts = {start.isoformat(): start for _, _, start, _, _ in published}
    assert len(rows) == 6
    for row in rows:
        key = ("net_revenue", "month", starts[row["period_start"]], "total", "total")
        assert Decimal(row["value"]) == published[key][0]


def test_alerts_and_their_mail_name_the_published_values(published_company, published):
    """Every figure beyond its limit, in the words of the alert and in the text that was sent."""
    sent = (published_company.home / "outbox" / "alerts.md").read_text(encoding="utf-8")
    alerts = published_company.query("select cause_key, items from ops.alerts where rule = 'metric_limit'")
    assert len(alerts) > 3
    beyond = {key: row for key, row in published.items() if row[3] in ("warning", "critical")}
    compared = 0
    for cause, items in alerts:
        metric = cause.split(":", 1)[1]
        for item in json.loads(items):
            grain, dimension, member = item["key"].split(":", 2)
            expected = {
                language: [
                    (figure(value, unit, currency, language), period(key[1], key[2]))
                    for key, (value, unit, currency, _) in beyond.items()
                    if key[:2] == (metric, grain) and key[3:] == (dimension, member)
                ]
                for language in ("en", "zh")
            }
            for language, choices in expected.items():
                assert any(all(text in item[language] for text in choice) for choice in choices), (metric, item)
            compared += item["en"] in sent or item["zh"] in sent
    assert compared > 3
