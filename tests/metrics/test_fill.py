"""The fill as a step: what is missing, what fails, what it leaves behind."""

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from metrics import batches, no_value
from metrics.catalogue import load_catalogue
from metrics.compile import Compiler, Request
from metrics.fill import fill_metric_values
from metrics.query_cache import FILE_NAME
from metrics.tables import TABLES
from tests.metrics.conftest import bring
from warehouse.errors import CmwError


def test_a_metric_that_no_source_feeds_says_what_is_missing_and_is_never_zero(connection, settings, company):
    bring(settings, "erp_orders")
    result = fill_metric_values(connection, settings, company, "run-1")
    assert result.missing["waiting_days"] == "svc_tickets"
    assert result.missing["receivable"] == "erp_invoices"
    rows = connection.execute(
        "select period_grain, value, null_reason, missing_input from metrics.metric_values"
        " where metric_name = 'receivable' order by 1"
    ).fetchall()
    assert rows == [(grain, None, "missing_source", "erp_invoices") for grain in ("month", "quarter")]
    shown = connection.execute(
        "select is_available, missing_input from metrics.metric_catalogue where metric_name = 'waiting_days'"
    ).fetchone()
    assert shown == (False, "svc_tickets")


def test_the_catalogue_says_why_a_metric_has_no_value_and_nothing_where_it_has_one(connection, settings, company):
    bring(settings, "erp_orders")
    fill_metric_values(connection, settings, company, "run-1")
    reasons = dict(connection.execute("select metric_name, no_value_reason from metrics.metric_catalogue").fetchall())
    assert reasons["receivable"] == "missing_source: erp_invoices"
    assert reasons["average_order_value"] is None
    connection.execute(
        "update metrics.metric_values set value = null, null_reason = 'no_base'"
        " where metric_name = 'average_order_value'"
    )
    no_value.explain(connection, load_catalogue(settings.dbt_target / "manifest.json"))
    waiting = "select no_value_reason from metrics.metric_catalogue where metric_name = 'average_order_value'"
    said = connection.execute(waiting).fetchone()[0]
    assert said == "no_base: there are no or too few Orders (metric order_count) yet"


def test_the_size_of_a_batch_changes_no_row(connection, settings, company, monkeypatch):
    bring(settings, "erp_orders", "erp_invoices", "svc_tickets")
    rows = "select * exclude (run_id) from metrics.metric_values order by all"
    fiscal = company.model_copy(update={"fiscal_year_start_month": 2})
    fill_metric_values(connection, settings, fiscal, "run-1")
    assert len(batches.batches(connection)) == 1
    at_once = connection.execute(rows).fetchall()
    assert {row[5] for row in at_once} >= {"default", "fiscal"}
    monkeypatch.setattr(batches, "ROWS", 1)
    fill_metric_values(connection, settings, fiscal, "run-2")
    assert len(batches.batches(connection)) > 10
    assert connection.execute(rows).fetchall() == at_once


def test_either_of_two_inputs_is_enough(connection, settings, company):
    bring(settings, "erp_orders")
    assert "retention_rate" not in fill_metric_values(connection, settings, company, "run-1").missing
    bring(settings, "svc_tickets")
    missing = fill_metric_values(connection, settings, company, "run-1").missing
    assert missing["retention_rate"] == "erp_invoices or erp_orders"


def test_what_a_ratio_is_made_of_is_missing_with_it(connection, settings, company):
    bring(settings, "erp_invoices")
    missing = fill_metric_values(connection, settings, company, "run-1").missing
    assert missing["average_order_value"] == "erp_orders"
    assert missing["order_count"] == "erp_orders"
    assert "opening_customers" not in missing


def test_a_company_without_any_source_has_no_figure_and_every_metric_says_why(connection, settings, company):
    bring(settings)
    result = fill_metric_values(connection, settings, company, "run-1")
    assert result.metrics == 0
    assert set(result.missing) == set(load_catalogue(settings.dbt_target / "manifest.json").metrics)
    reasons = connection.execute("select distinct value, null_reason from metrics.metric_values").fetchall()
    assert reasons == [(None, "missing_source")]


def test_a_source_that_brings_no_rows_gives_zero_counts_and_no_ratio(connection, settings, company):
    connection.execute("delete from core.orders")
    fill_metric_values(connection, settings, company, "run-1")
    rows = connection.execute(
        "select metric_name, period_start, value, null_reason from metrics.metric_values"
        " where metric_name in ('order_amount', 'average_order_value') and period_grain = 'month' order by 1"
    ).fetchall()
    assert rows == [
        ("average_order_value", date(2026, 3, 1), None, "no_base"),
        ("order_amount", date(2026, 3, 1), Decimal(0), None),
    ]


def test_a_second_fill_gives_the_same_rows(connection, settings, company):
    fill_metric_values(connection, settings, company, "run-1")
    connection.execute("create temp table first as select * from metrics.metric_values")
    fill_metric_values(connection, settings, company, "run-1")
    for one, other in (("first", "metrics.metric_values"), ("metrics.metric_values", "first")):
        assert connection.execute(f"select count(*) from (from {one} except all from {other})").fetchone() == (0,)


def test_a_column_that_is_gone_fails_with_the_metrics_and_their_file_and_keeps_the_last_values(
    connection, settings, company
):
    fill_metric_values(connection, settings, company, "run-1")
    before = connection.execute("select count(*) from metrics.metric_values").fetchone()
    connection.execute("alter table core.orders drop column net_amount")
    with pytest.raises(CmwError) as error:
        fill_metric_values(connection, settings, company, "run-2")
    assert "order_amount" in error.value.what
    assert "metrics_of_orders.yml" in error.value.remedy
    assert connection.execute("select count(*) from metrics.metric_values").fetchone() == before
    assert connection.execute("select distinct run_id from metrics.metric_values").fetchall() == [("run-1",)]


def test_each_key_occurs_once(published):
    twice = published.execute(
        "select count(*) from (select metric_name, period_grain, period_start, dimension_name, dimension_value, variant"
        " from metrics.metric_values group by all having count(*) > 1)"
    ).fetchone()
    assert twice == (0,)


@pytest.mark.parametrize(("table", "columns"), [(name, columns) for name, (_, columns) in TABLES.items()])
def test_the_published_columns_are_the_declared_ones_with_comments(published, table, columns):
    found = published.execute(
        "select column_name, comment from duckdb_columns() where schema_name = 'metrics' and table_name = $1"
        " order by column_index",
        [table],
    ).fetchall()
    assert found == [(name, comment) for name, (_, comment) in columns.items()]


def test_a_ratio_equals_the_one_that_metricflow_computes(published, built_home):
    compiler = Compiler(built_home / "dbt" / "semantic_manifest.json")
    request = Request(("retention_rate",), "month", "region", "customer_period", "period_grain")
    theirs = {
        (period.date(), region or "unknown"): value
        for period, region, value in published.execute(compiler.sql(request)).fetchall()
    }
    ours = published.execute(
        "select period_start, dimension_value, numerator, denominator from metrics.metric_values"
        " where metric_name = 'retention_rate' and period_grain = 'month' and dimension_name = 'region'"
    ).fetchall()
    assert len(ours) == 4
    for period, region, numerator, denominator in ours:
        expected = theirs[period, region]
        assert (expected is None) == (denominator == 0)
        assert expected is None or Decimal(expected) == pytest.approx(numerator / denominator)


def test_compiling_opens_no_database_and_imports_no_dbt(built_home):
    """A process that holds the working file open for writing can still compile, and so can one without dbt."""
    program = (
        "import sys; from pathlib import Path; from metrics.compile import Compiler, Request\n"
        f"c = Compiler(Path({str(built_home / 'dbt' / 'semantic_manifest.json')!r}))\n"
        "assert 'sum(' in c.sql(Request(('order_amount',), 'month', 'total', 'purchase', '')).lower()\n"
        "assert 'dbt.cli' not in sys.modules and 'dbt.adapters' not in sys.modules\n"
    )
    with duckdb.connect(str(built_home / "working" / "warehouse.duckdb")):
        subprocess.run([sys.executable, "-c", program], check=True)


def test_importing_the_step_does_not_import_metricflow():
    program = "import sys, metrics.fill; assert not [name for name in sys.modules if name.startswith('metricflow')]"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_run_on_unchanged_definitions_does_not_compile_again(settings, company, connection):
    fill_metric_values(connection, settings, company, "run-1")
    connection.close()
    program = (
        "import sys, duckdb; from pathlib import Path; from warehouse.settings import Settings\n"
        "from warehouse.company import Company; from metrics.fill import fill_metric_values\n"
        f"settings = Settings(config=Path({str(settings.config)!r}), home=Path({str(settings.home)!r}))\n"
        "company = Company(name='Tiny', reporting_currency='CNY', minimum_base=2)\n"
        "with duckdb.connect(str(settings.working_file)) as connection:\n"
        "    result = fill_metric_values(connection, settings, company, 'run-2')\n"
        "assert result.rows > 0\n"
        "assert not [name for name in sys.modules if name.startswith(('metricflow', 'dbt'))]\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("content", ["", "{", '{"fingerprint": "other", "queries": {}}', "[]"])
def test_a_torn_or_outdated_file_of_queries_is_written_anew(settings, company, connection, content):
    path = settings.dbt_target / FILE_NAME
    path.write_text(content, encoding="utf-8")
    assert fill_metric_values(connection, settings, company, "run-1").rows > 0
    assert len(json.loads(path.read_text(encoding="utf-8"))["queries"]) > 10
