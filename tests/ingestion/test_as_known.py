"""The change log as it was known on an earlier day."""

from datetime import date, datetime

import duckdb
import pytest

from ingestion.as_known import Moment, known_keys, write_log_as_known
from ingestion.change_log import ensure_empty_files
from ingestion.late_changes import late_changes
from tests.quality.raw_log_builder import RawLog
from warehouse.errors import CmwError
from warehouse.raw_manifest import read_manifest
from warehouse.replay import replay_settings


def order(key: str, day: str, **more: object) -> dict:
    return {"order_id": key, "customer_code": "1", "order_date": day, "status": "open", **more}


def line(key: str, order_id: str) -> dict:
    return {"order_line_id": key, "order_id": order_id, "quantity": 1, "net_amount": 10}


@pytest.fixture
def log(tmp_path) -> RawLog:
    """First load of orders on 2 June, of their lines on 3 June; a late order, a change and a deletion on 4 June."""
    log = RawLog(tmp_path / "home", tmp_path / "config")
    log.load("erp_orders", [order("o1", "2026-01-10"), order("o2", "2026-05-20")])
    log.load("erp_order_lines", [line("l1", "o1"), line("l2", "o2")])
    log.load("erp_orders", [order("o3", "2026-01-11"), order("o1", "2026-01-10", status="closed")], deletes=("o2",))
    return log


@pytest.fixture
def known_on(log):
    """Rows (key, change, load) of an entity as known at the end of a day."""

    def look(day: str, entity: str = "erp_orders") -> list[tuple]:
        replay = replay_settings(log.settings, date.fromisoformat(day))
        until = datetime.fromisoformat(f"{day} 15:59:59.999999")
        write_log_as_known(log.settings, replay, Moment(date.fromisoformat(day), until))
        files = [str(replay.raw / file.path) for file in read_manifest(replay).files_of(entity)]
        if not files:
            return []
        return duckdb.execute(
            "select _key, _change, _load_seq from read_parquet($1, hive_partitioning = false) order by all", [files]
        ).fetchall()

    return look


def test_today_everything_is_known(known_on):
    assert known_on("2026-06-04") == [
        ("o1", "upsert", 1), ("o1", "upsert", 3), ("o2", "delete", 3), ("o2", "upsert", 1), ("o3", "upsert", 3),
    ]  # fmt: skip


def test_what_came_later_was_not_known(known_on):
    assert known_on("2026-06-02") == [("o1", "upsert", 1), ("o2", "upsert", 1)]


def test_before_the_first_load_its_rows_are_known_by_their_event_date(known_on):
    assert known_on("2026-05-19") == [("o1", "upsert", 1)]
    assert known_on("2026-05-20") == [("o1", "upsert", 1), ("o2", "upsert", 1)]


def test_a_date_that_cannot_be_tells_nothing_and_a_plan_is_not_yet_made(tmp_path, log, known_on):
    """An order of 2099 is held back today and must be there to be held back on that day: the ledger has it."""
    log.load("crm_sales_targets", [{"target_id": "t", "metric": "net_revenue", "period_start": "2027-01-01"}])
    other = RawLog(tmp_path / "other", tmp_path / "config")
    other.load("erp_orders", [order("o1", "2026-01-10"), order("o4", "2099-12-31"), order("o5", "2026-06-20")])
    replay = replay_settings(other.settings, date(2026, 3, 1))
    write_log_as_known(other.settings, replay, Moment(date(2026, 3, 1), datetime(2026, 3, 1, 15, 59, 59)))
    [file] = read_manifest(replay).files_of("erp_orders")
    keys = duckdb.execute("select _key from read_parquet($1) order by all", [str(replay.raw / file.path)]).fetchall()
    assert keys == [("o1",), ("o4",)]
    assert known_on("2026-03-01", "crm_sales_targets") == []


def test_a_row_without_a_date_is_known_with_the_row_that_it_belongs_to(known_on):
    assert known_on("2026-03-01", "erp_order_lines") == [("l1", "upsert", 2)]


def test_a_first_load_of_later_counts_by_event_date_although_others_were_loaded_before(known_on):
    """The lines came a day after the orders; on the day of the orders they were known as far as the orders were."""
    assert known_on("2026-06-02", "erp_order_lines") == [("l1", "upsert", 2), ("l2", "upsert", 2)]


def test_the_record_of_a_first_load_tells_of_its_known_rows_alone(log, known_on):
    """Else the replayed day would not reconcile: the load brought more rows than were known."""
    known_on("2026-05-19")
    replay = replay_settings(log.settings, date(2026, 5, 19))
    [orders, lines] = read_manifest(replay).loads
    assert (orders.rows_read, orders.new_versions, orders.deletes) == (1, 1, 0)
    assert (lines.rows_read, lines.new_versions) == (1, 1)
    known_on("2026-06-04")
    whole = read_manifest(replay_settings(log.settings, date(2026, 6, 4))).loads
    assert [load.new_versions for load in whole] == [load.new_versions for load in read_manifest(log.settings).loads]


def test_a_day_before_the_data_is_refused(known_on):
    with pytest.raises(CmwError, match="Nothing was known on 2026-01-09: the data begin on 2026-01-10"):
        known_on("2026-01-09")


def test_the_log_itself_is_not_touched(log, known_on):
    def state():
        return {path: path.read_bytes() for path in sorted(log.settings.raw.rglob("*")) if path.is_file()}

    before = state()
    known_on("2026-03-01")
    known_on("2026-06-02")
    assert state() == before


def test_keys_of_the_known_records(log, known_on):
    known_on("2026-03-01")
    replay = replay_settings(log.settings, date(2026, 3, 1))
    assert known_keys(replay, ("erp_orders", "erp_customers")) == {("demo_erp", "erp_orders", "o1")}


def test_late_changes_are_dated_by_the_rows_they_change(log):
    """The late order, the changed one, and the deletion, which has no date itself, after the first loads."""
    ensure_empty_files(log.settings)
    found = late_changes(log.settings, [datetime(2026, 6, 3, 16)])
    assert [(one.entity, one.kind, one.event_month, one.rows) for one in found] == [
        ("erp_orders", "late_row", date(2026, 1, 1), 2),
        ("erp_orders", "late_row", date(2026, 5, 1), 1),
    ]


def test_a_row_that_is_dated_anew_changes_the_month_that_it_left_too(log):
    ensure_empty_files(log.settings)
    log.load("erp_orders", [order("o3", "2026-03-11")])
    found = late_changes(log.settings, [datetime(2026, 6, 4, 16)])
    assert [(one.event_month, one.rows) for one in found] == [(date(2026, 1, 1), 1), (date(2026, 3, 1), 1)]


def test_credit_notes_are_told_from_other_rows(log):
    ensure_empty_files(log.settings)
    note = {"invoice_id": "n1", "document_type": "credit_note", "invoice_date": "2026-04-02", "customer_code": "1"}
    log._files = [file.model_dump(mode="json") for file in read_manifest(log.settings).files]
    log.load("erp_invoices", [note, {**note, "invoice_id": "i1", "document_type": "invoice"}])
    log.load("erp_invoice_lines", [{"invoice_line_id": "1", "invoice_id": "n1", "net_amount": -5}])
    found = late_changes(log.settings, [datetime(2026, 6, 4, 16)])
    assert [(one.entity, one.kind, one.rows) for one in found] == [
        ("erp_invoice_lines", "credit_note", 1),
        ("erp_invoices", "credit_note", 1),
        ("erp_invoices", "late_row", 1),
    ]
