"""Schema quality: what is held back with the money behind it, what reconciles, and how good each table is."""

from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest

from quality import gate_marts, tables
from quality.quarantine import staging_table
from quality.reconciliation import write_reconciliation
from quality.report import quality_report
from quality.rulebook import load_raw_rules
from warehouse.raw_manifest import read_manifest

INVOICE = {"document_type": "invoice", "status": "posted", "customer_code": "K1", "invoice_date": "2026-05-01"}
GOOD = {"invoice_id": "I1", "net_amount": 100, "gross_amount": 113, "currency": "EUR", **INVOICE}
BAD = {**GOOD, "invoice_id": "I2", "invoice_date": "1900-01-01"}


@pytest.fixture
def warehouse(tmp_path):
    """A working file with the few tables of dbt that the quality tables look at."""
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(
            """
            create schema staging; create schema core_internal;
            create table staging.run_context as
                select date '2026-06-30' as as_of_date, 'CNY' as reporting_currency, 'CNY' as ledger_currency,
                    ',' as source_ledger_currencies;
            create table core_internal.int_exchange_rates as
                select 'EUR' as from_currency, 'CNY' as to_currency, date '2026-06-01' as valid_from,
                    date '9999-12-31' as valid_to, cast(7.8 as decimal(20, 12)) as rate;
            create table staging.stg_erp__invoices (
                source_system varchar, _key varchar, is_stale boolean, net_amount decimal(18, 4),
                gross_amount decimal(18, 4)
            );
            """
        )
        yield connection


@pytest.fixture
def write(log, judge, warehouse):
    """Judges, reconciles, then writes the quality tables; returns the connection."""

    def run():
        result = judge()
        write_reconciliation(warehouse, log.settings, "run-1", load_raw_rules(), read_manifest(log.settings))
        tables.write(warehouse, log.settings, "run-1", result.checks, [], [])
        return warehouse

    return run


def stage(warehouse, *rows: tuple) -> None:
    warehouse.execute("delete from staging.stg_erp__invoices")
    warehouse.executemany("insert into staging.stg_erp__invoices values ('demo_erp', ?, ?, ?, ?)", rows)


def reconciled(connection, scope: str, entity: str = "erp_invoices") -> list[tuple]:
    return connection.execute(
        """
        select measure, expected_value, found_value, stale_value, held_value, deleted_value, difference_value
        from quality.reconciliation where scope = ? and entity = ? order by measure
        """,
        [scope, entity],
    ).fetchall()


def test_a_held_row_is_listed_with_rule_load_owner_and_money_but_not_its_values(log, write):
    log.load("erp_invoices", [GOOD, BAD])
    connection = write()
    row = connection.execute("select * exclude (run_id, reason, reason_zh) from quality.quarantined_rows").fetchall()
    assert row == [
        ("erp_invoices", "demo_erp", "I2", "invoice_date_impossible", 1, "validity", "finance", "000001",
         datetime(2026, 6, 2, 15, 59, 59), False, Decimal("113.0000"), "EUR", Decimal("881.40")),
    ]  # fmt: skip
    columns = {name for name, *_ in connection.execute("describe quality.quarantined_rows").fetchall()}
    assert not columns & {"customer_code", "invoice_date", "_rejected", "_keep"}


def test_a_held_row_with_two_faults_is_two_lines_of_which_one_counts(log, write):
    log.load("erp_invoices", [{**BAD, "status": None}])
    numbers = write().execute("select rule, rule_number from quality.quarantined_rows order by rule").fetchall()
    assert numbers == [("invoice_date_impossible", 1), ("status_missing", 2)]


def test_every_key_that_breaks_a_rule_is_listed_also_beyond_those_that_a_check_shows(log, write):
    """A due date before the document's own is told and holds nothing back."""
    late = [{**GOOD, "invoice_id": f"I{number:02d}", "due_date": "2026-04-01"} for number in range(30)]
    log.load("erp_invoices", [*late, {**BAD, "due_date": "2026-06-01"}])
    log.load("erp_invoices", [{**late[0], "due_date": "2026-06-01"}])
    found = write().execute("select severity, rule, key from quality.failing_rows order by all").fetchall()
    assert found == [
        ("critical", "invoice_date_impossible", "I2"),
        *(("warning", "due_before_invoice", row["invoice_id"]) for row in late[1:]),
    ]


def test_every_table_and_column_says_what_it_means(log, write):
    log.load("erp_invoices", [GOOD])
    silent = write().execute(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name = 'quality' and coalesce(comment, '') = ''"
        " union all select table_name, '' from duckdb_tables() where schema_name = 'quality' and comment is null"
    )
    assert silent.fetchall() == []


def test_a_released_row_is_no_longer_listed(log, write):
    log.load("erp_invoices", [BAD])
    log.load("erp_invoices", [{**BAD, "invoice_date": "2026-05-01"}])
    assert write().execute("select count(*) from quality.quarantined_rows").fetchone() == (0,)


def test_a_held_line_has_the_currency_of_its_header_and_a_held_order_the_sum_of_its_lines(log, write):
    log.load("erp_orders", [{"order_id": "SO1", "order_date": "1900-01-01", "status": "confirmed", "currency": "EUR"}])
    line = {"order_id": "SO1", "quantity": 1, "product_code": "P1"}
    log.load(
        "erp_order_lines",
        [
            {"order_line_id": "L1", "net_amount": 10, **line},
            {"order_line_id": "L2", "net_amount": 20, **line, "quantity": 5_000_000},
        ],
    )
    found = write().execute("select key, document_amount, currency, amount from quality.quarantined_rows order by key")
    assert found.fetchall() == [("L2", 20, "EUR", Decimal("156.00")), ("SO1", 30, "EUR", Decimal("234.00"))]


def test_keys_are_staged_stale_held_or_deleted_and_sums_agree(log, write, warehouse):
    log.load("erp_invoices", [{**GOOD, "invoice_id": f"I{number}"} for number in range(1, 5)])
    log.load("erp_invoices", [BAD, {**BAD, "invoice_id": "I9", "gross_amount": 50}], deletes=("I4",))
    stage(warehouse, ("I1", False, 100, 113), ("I2", True, 100, 113), ("I3", False, 100, 113))
    connection = write()
    assert reconciled(connection, "keys") == [("keys", 5, 2, 1, 1, 1, 0)]
    assert reconciled(connection, "sum") == [
        ("sum of gross_amount", 389, 226, 113, 163, 0, 0),
        ("sum of net_amount", 400, 200, 100, 200, 0, 0),
    ]


@pytest.mark.parametrize(
    ("staged", "scope"),
    [
        ([("I1", False, 100, 113)], "keys"),
        ([("I1", False, 100, 113), ("I3", False, 100, 113), ("I7", False, 0, 0)], "keys"),
        ([("I1", False, 100, 113), ("I3", True, 100, 113)], "sum"),
        ([("I1", False, 100, 113), ("I3", False, 100, 112)], "sum"),
    ],
    ids=["a key is lost", "a key is invented", "a good row is taken for stale", "a cent is lost"],
)
def test_what_does_not_reconcile_is_a_failed_critical_check(log, judge, warehouse, company, staged, scope):
    log.load("erp_invoices", [GOOD, {**GOOD, "invoice_id": "I3"}])
    judge()
    stage(warehouse, *staged)
    result = gate_marts.judge(warehouse, log.settings, company, "run-1")
    failed = {check.check_name: check for check in result.failed if check.check_name.endswith("_reconcile")}
    assert failed[f"{scope}_reconcile"].is_error
    assert failed[f"{scope}_reconcile"].table_name == "staging.stg_erp__invoices"


def test_rows_read_that_are_neither_new_unchanged_nor_rejected_are_missed(log, judge, warehouse, company):
    log.load("erp_products", [{"product_code": "P1"}], rows_read=3, unchanged=1)
    judge()
    result = gate_marts.judge(warehouse, log.settings, company, "run-1")
    check = next(check for check in result.failed if check.check_name == "rows_reconcile")
    assert check.observed == "unexplained: rows read 1.0000"


def test_a_broken_table_that_is_not_staged_on_purpose_is_not_reported_again(log, judge, warehouse, company):
    log.load("erp_invoices", [{**GOOD, "invoice_id": f"I{number}"} for number in range(30)])
    judge()
    log.load("erp_invoices", [], deletes=tuple(f"I{number}" for number in range(30)))
    assert judge().broken_entities == {"erp_invoices"}
    stage(warehouse, *[(f"I{number}", False, 100, 113) for number in range(30)])
    result = gate_marts.judge(warehouse, log.settings, company, "run-1")
    failed = {check.check_name for check in result.failed}
    assert not failed & {"keys_reconcile", "sum_reconcile"}


def test_the_scorecard_counts_rows_by_dimension_and_critical_rules_in_all(log, write):
    log.load("erp_invoices", [GOOD, BAD, {**GOOD, "invoice_id": "I3", "due_date": "2026-04-01"}])
    scores = dict(
        write()
        .execute("select dimension, (failed_count, score) from quality.scorecard where table_name = 'erp_invoices'")
        .fetchall()
    )
    assert scores["validity"] == (1, Decimal("66.67"))
    assert scores["consistency"] == (1, Decimal("66.67"))
    assert scores["all"] == (1, Decimal("66.67"))
    assert scores["integrity"] == (0, Decimal("100.00"))


def test_the_ledger_tie_stands_in_the_reconciliation(log, write, warehouse):
    warehouse.execute(
        """
        create table core_internal.int_ledger_tie as
        select date '2026-05-01' as month_start, 'revenue' as account_class, 'movement' as measure, 'CNY' as currency,
            cast(100 as decimal(18, 2)) as ledger_amount, cast(90 as decimal(18, 2)) as marts_amount,
            cast(10 as decimal(18, 2)) as held_back_amount, cast(0 as decimal(18, 2)) as difference_amount
        """
    )
    found = write().execute(
        "select month_start, account_class, ledger_amount, marts_amount, held_back_amount, difference_amount,"
        " found_value from quality.reconciliation where scope = 'ledger'"
    )
    assert found.fetchall() == [(date(2026, 5, 1), "revenue", 100, 90, 10, 0, 90)]


def test_writing_twice_leaves_one_set_of_rows(log, write):
    log.load("erp_invoices", [GOOD, BAD])
    connection = write()
    counts = [connection.execute(f"select count(*) from quality.{table}").fetchone() for table in tables.COLUMNS]
    write()
    again = [connection.execute(f"select count(*) from quality.{table}").fetchone() for table in tables.COLUMNS]
    assert again[1:] == counts[1:]


def test_the_report_has_all_its_parts(log, write):
    log.load("erp_invoices", [GOOD, BAD])
    report = quality_report(write())
    assert report["failed_checks"][0]["check_name"] == "invoice_date_impossible"
    assert report["held_back"][0]["amount"] == Decimal("881.40")
    assert {row["scope"] for row in report["reconciliation"]} == {"rows", "keys", "sum"}
    assert report["scores"][0]["table_name"] == "erp_invoices"


def test_staging_tables_are_named_as_the_dbt_project_names_them():
    assert staging_table("crm_accounts") == "staging.stg_crm__accounts"
    assert staging_table("svc_time_entries") == "staging.stg_service__time_entries"
