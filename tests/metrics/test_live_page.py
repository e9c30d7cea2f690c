"""The catalogue page: one offline file with definition, lineage, current value, chart and owner of every metric."""

import re
from html.parser import HTMLParser

import pytest

from metrics import show
from metrics.live_page import page_path, render, write
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def page(filled, company):
    import duckdb

    with duckdb.connect(str(filled), read_only=True) as opened:
        return render(opened, company)


def card(page: str, name: str) -> str:
    return re.search(rf'<article id="{name}".*?</article>', page, re.DOTALL)[0]


def test_every_metric_with_a_number_has_a_card(page, published):
    named = [metric["metric_name"] for metric in show.list_metrics(published)]
    assert sorted(re.findall(r'<article id="(\w+)"', page)) == sorted(named)


def test_a_card_shows_what_it_is_how_much_it_is_and_who_answers(page):
    shown = card(page, "retention_rate")
    assert "50.0 % <small>2026-01" in shown or "50.0 % <small>2026-02" in shown
    assert "warning 预警" in shown
    for text in ("customer_success", "retained_customers ÷ opening_customers", "customer_periods", 'lang="zh"'):
        assert text in shown


def test_a_metric_over_time_has_a_chart(page):
    assert "<svg" in card(page, "order_amount")
    assert "2026-01: 30 CNY" in card(page, "order_amount")


def test_the_worst_status_of_any_grain_can_be_chosen(page):
    assert 'data-status="warning"' in card(page, "retention_rate")


def test_nothing_is_loaded_from_elsewhere(page):
    assert not re.findall(r'(?:src|href)="|@import|url\(', page)


def test_the_page_is_well_formed(page):
    class Tags(HTMLParser):
        open: list[str]

        def handle_starttag(self, tag, attrs):
            if tag not in ("meta", "input"):
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    parser = Tags()
    parser.open = []
    parser.feed(page)
    assert parser.open == []


def test_words_of_a_definition_cannot_become_part_of_the_page(settings, connection, company):
    from metrics.fill import fill_metric_values

    fill_metric_values(connection, settings, company, "run-1")
    connection.execute("update metrics.metric_catalogue set description_en = '<script>alert(1)</script>'")
    assert "<script>alert" not in render(connection, company)


def test_without_published_metrics_there_is_no_page(tmp_path, company):
    import duckdb

    from warehouse.operational_store import open_store
    from warehouse.publish import publish

    settings = Settings(config=tmp_path / "config", home=tmp_path / "home")
    with duckdb.connect() as opened:
        opened.execute("create schema quality; create table quality.check_results as select 1 as one")
        publish(opened, open_store(settings), settings, "run-1", gate_passed=False)
    assert write(settings, company) is None
    assert not page_path(settings).exists()
