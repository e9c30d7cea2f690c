"""The page and the command that show a metric: written by the run, named on its screen, readable in a terminal."""

import re


def test_the_run_writes_the_page_and_its_screen_names_it(published_company):
    page = published_company.home / "reports" / "metric_catalogue.html"
    text = page.read_text(encoding="utf-8")
    [(metrics, run_id)] = published_company.query(
        "select count(*) filter (not is_supporting), max(run_id) from metrics.metric_catalogue"
    )
    assert text.count("<article") == metrics > 100
    assert run_id in text
    assert text.count("<svg") > 70
    [report] = (published_company.home / "reports").glob("*.md")
    assert str(page) in report.read_text(encoding="utf-8")


def test_the_command_shows_value_chart_lineage_and_owner_within_120_columns(published_company):
    said = published_company.cmw("metrics", "show", "customer_churn_rate", COLUMNS="120")
    table = [line for line in said.splitlines() if line.startswith(("│", "┃"))]
    assert len(table) == 4 and all(len(line) <= 120 for line in table)
    assert re.search(r"[▁▂▃▄▅▆▇█]{12}", said)
    for text in ("owner: sales", "lineage: ", "formula: churned_customers ÷ opening_customers", "2026-06"):
        assert text in said


def test_definitions_can_be_checked_without_a_run(published_company):
    said = published_company.cmw("metrics", "check")
    assert "metrics and" in said and "are complete" in said
