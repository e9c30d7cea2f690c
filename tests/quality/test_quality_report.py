"""What `cmw quality report` tells a person: what failed, why, which keys; and of what ties only how many."""

import json
from contextlib import contextmanager
from datetime import datetime

import duckdb
import pytest
from typer.testing import CliRunner

from orchestration.cli import quality as command
from warehouse.durable_files import write_atomically

REASON_ZH = "客户应当存在"
LONG = "a_rule_whose_name_is_longer_than_any_column_of_a_table_would_let_it_be"
KEYS = [f"K{number:02d}" for number in range(20)]


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema quality;
            create table quality.check_results as
                select '' as gate, '' as table_name, '' as check_name, '' as source_system, '' as severity, '' as owner,
                    true as passed, 0 as checked_count, 0 as failed_count, [''] as failed_keys, '' as reason,
                    '' as reason_zh, '' as observed limit 0;
            create table quality.quarantined_rows (
                entity varchar, rule varchar, source_system varchar, held_since timestamp, has_older_version boolean,
                amount decimal(18, 2), owner varchar
            );
            create table quality.reconciliation (
                scope varchar, entity varchar, account_class varchar, source_system varchar, measure varchar,
                expected_value decimal(38, 4), found_value decimal(38, 4), held_value decimal(38, 4),
                difference_value decimal(38, 4)
            );
            create table quality.scorecard (
                layer varchar, table_name varchar, owner varchar, rule_count integer, failed_rule_count integer,
                checked_count bigint, failed_count bigint, score decimal(5, 2), dimension varchar
            );
            """
        )
        yield connection


@pytest.fixture
def told(connection, tmp_path, monkeypatch):
    """The command's output for the rows of that connection."""

    @contextmanager
    def published(settings):
        yield connection

    monkeypatch.setattr(command, "open_published", published)
    monkeypatch.setenv("CMW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CMW_CONFIG", str(tmp_path / "config"))

    def run(*arguments: str, language: str = "en") -> str:
        write_atomically(
            tmp_path / "config" / "company.yml", f"name: Test\nreporting_currency: CNY\nlanguage: {language}\n"
        )
        return CliRunner().invoke(command.app, ["report", *arguments], catch_exceptions=False).output

    return run


def _check(connection, severity: str, name: str, keys: list[str], failed: int, gate: str = "raw", observed: str = ""):
    row = (gate, "erp_invoices", name, "erp", severity, "finance", False, 100, failed, keys, "It is known", REASON_ZH)
    connection.execute(f"insert into quality.check_results values ({', '.join('?' * 13)})", [*row, observed])


def _compare(connection, *differences: int, subject: str = "erp_invoices"):
    for difference in differences:
        row = ("sum", subject, None, "erp", "net", 100, 100 - difference, 0, difference)
        connection.execute("insert into quality.reconciliation values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def test_a_failed_check_is_told_with_severity_table_name_count_reason_and_keys(connection, told):
    _check(connection, "warning", LONG, ["I1", "I2"], 2)
    _check(connection, "critical", "customer_unknown", ["I3"], 1)
    text = told()
    lines = text.splitlines()
    assert lines[0] == "Failed checks: 2, 1 of them critical"
    assert lines[1] == "critical  erp_invoices  customer_unknown  1 of 100 failed  (erp, owner finance)"
    assert lines[2:4] == ["    It is known", "    keys: I3"]
    assert f"warning   erp_invoices  {LONG}  2 of 100 failed" in text
    assert "keys: I1, I2" in text


def test_the_reason_is_in_the_companys_language(connection, told):
    _check(connection, "warning", "customer_unknown", ["I3"], 1)
    assert REASON_ZH in told(language="zh")
    assert REASON_ZH not in told()


def test_all_kept_keys_are_shown_and_where_the_others_are(connection, told):
    _check(connection, "warning", "customer_unknown", KEYS, 47)
    text = told()
    assert f"keys: {', '.join(KEYS)} … and 27 more, all of them in quality.failing_rows" in text


def test_what_was_observed_is_told_where_it_says_more_than_the_count(connection, told):
    _check(connection, "critical", "sum_reconcile", ["net"], 1, gate="invariant", observed="unexplained: net 3.00")
    _check(connection, "warning", "customer_unknown", ["I3"], 1, observed="1 of 100 newest versions")
    text = told()
    assert "unexplained: net 3.00" in text
    assert "newest versions" not in text


def test_of_what_ties_only_the_number_is_told(connection, told):
    _compare(connection, 0, 0)
    text = told()
    assert "Reconciliation: 2 of 2 comparisons tie" in text
    assert "erp_invoices" not in text


def test_differences_that_cancel_out_are_told(connection, told):
    _compare(connection, 0, 0, subject="erp_orders")
    _compare(connection, 5, -5, 0)
    text = told()
    assert "Reconciliation: 3 of 5 comparisons tie" in text
    assert "sum erp erp_invoices  net: 2 of 3 differ" in text and "greatest 5.00" in text
    assert "erp_orders" not in text


def test_a_rule_that_holds_rows_back_is_named_whole(connection, told):
    held = ("erp_invoices", LONG, "erp", datetime(2026, 6, 2), False, 113, "finance")
    connection.execute("insert into quality.quarantined_rows values (?, ?, ?, ?, ?, ?, ?)", held)
    assert f"erp_invoices  {LONG}  1 since 2026-06-02, CNY 113.00" in told()


def test_programs_get_keys_and_reasons_too(connection, told):
    _check(connection, "warning", "customer_unknown", KEYS, 47)
    _compare(connection, 0, 3)
    found = json.loads(told("--json"))
    [check] = found["failed_checks"]
    assert (check["failed_keys"], check["reason"], check["reason_zh"]) == (KEYS, "It is known", REASON_ZH)
    [line] = found["reconciliation"]
    assert (line["comparisons"], line["differences"], line["difference"]) == (2, 1, "3.0000")
