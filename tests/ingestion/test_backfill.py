"""Reading a period again, reading all again from nothing, clocks that go wrong, two runs at once."""

import shutil
import threading
from datetime import date

import pytest

from ingestion.backfill import Period
from ingestion.extract_lock import extraction_lock
from warehouse.errors import CmwError

ORDERS = """
erp_orders:
  table: orders
  cursor: changed
  columns: {order_id: id, order_date: day, updated_at: changed}
  constants: {status: confirmed}
"""
MAY = Period(date(2024, 5, 1), date(2024, 5, 31))


@pytest.fixture
def shop(small_company):
    small_company.source(ORDERS)
    small_company.sql(
        "create table orders (id text, day text, changed text, region text);"
        "insert into orders values ('1', '2024-05-02', '2024-05-02 08:00:00', 'N'),"
        "('2', '2024-03-01', '2024-03-01 08:00:00', 'S'), ('3', '2024-05-09', '2024-06-01 08:00:00', 'E')"
    )
    small_company.load()
    return small_company


def regions(company) -> dict[str, str | None]:
    return {row["_key"]: row["region"] for row in company.newest("erp_orders", "_key, region")}


def test_a_backfill_reads_the_rows_of_the_period_whenever_they_changed(shop):
    shop.sql("update orders set region = 'mended without a new time'")
    assert shop.load().new_versions == 1, "the cursor sees the last one alone"
    record = shop.load(period=MAY)
    assert (record.rows_read, record.new_versions, record.unchanged) == (2, 1, 1)
    assert regions(shop) == {"1": "mended without a new time", "2": "S", "3": "mended without a new time"}
    assert shop.load(period=MAY).status == "unchanged"


def test_a_backfill_finds_rows_that_were_deleted(shop):
    shop.sql("delete from orders where id = '1'")
    assert shop.load(period=MAY).deletes == 1
    assert set(regions(shop)) == {"2", "3"}


def test_a_backfill_moves_no_cursor_past_what_is_still_to_be_read(shop):
    shop.on("2024-06-02")
    shop.sql(
        "update orders set region = 'late', changed = '2024-06-02 09:00:00' where id = '1';"
        "update orders set region = 'earlier', changed = '2024-06-01 12:00:00' where id = '2'"
    )
    record = shop.load(period=MAY)
    assert record.cursor_after == record.cursor_before == "text:2024-06-01 08:00:00"
    assert shop.load().new_versions == 1
    assert regions(shop) == {"1": "late", "2": "earlier", "3": "E"}


def test_a_date_that_cannot_be_asked_for_reads_all(shop):
    shop.source(ORDERS + "  formats: {order_date: '%Y-%m-%d'}\n")
    shop.load()
    assert shop.load(period=MAY).rows_read == 2, "by the cursor instead: changed in May, or a day later"
    query = "select id as order_id, day as order_date, 'confirmed' as status from orders"
    shop.source(f"erp_orders:\n  query: {query}\n")
    shop.load()
    assert shop.load(period=MAY).rows_read == 3


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(CmwError, match="before it begins"):
        Period(date(2024, 5, 2), date(2024, 5, 1))


def test_reading_again_from_nothing_gives_what_the_source_has_now(shop):
    shop.sql("delete from orders where id = '2'; update orders set region = 'X' where id = '1'")
    shutil.rmtree(shop.settings.raw)
    record = shop.load()
    assert (record.rows_read, record.new_versions, record.cursor_before) == (2, 2, None)
    assert regions(shop) == {"1": "X", "3": "E"}


def test_the_warehouse_clock_may_go_back_between_two_loads(shop):
    shop.sql("update orders set region = 'A', changed = '2024-06-01 09:00:00' where id = '1'")
    shop.on("2024-06-10")
    shop.load()
    shop.on("2024-05-20")
    shop.sql("update orders set region = 'B', changed = '2024-06-01 09:30:00' where id = '1'")
    shop.sql("delete from orders where id = '2'")
    record = shop.load(full=True)
    assert (record.new_versions, record.deletes) == (1, 1)
    assert regions(shop) == {"1": "B", "3": "E"}
    shop.on("2024-06-11")
    assert shop.load(full=True).status == "unchanged"


def test_a_source_whose_clock_goes_ahead_is_read_again_until_time_has_caught_up(shop):
    shop.sql("insert into orders values ('4', '2024-05-20', '2024-06-03 00:00:00', 'ahead')")
    assert shop.load().cursor_after == "text:2024-06-01 08:00:00"
    shop.sql("insert into orders values ('5', '2024-05-20', '2024-06-01 10:00:00', 'right')")
    assert shop.load().new_versions == 1
    assert set(regions(shop)) == {"1", "2", "3", "4", "5"}


def test_a_second_run_waits_for_the_first_and_then_reads(shop):
    told: list[str] = []
    begun = threading.Event()

    def report(event: str, _: dict) -> None:
        told.append(event)
        if event == "waiting":
            begun.set()

    with extraction_lock(shop.settings, 0, lambda *_: None):
        second = threading.Thread(target=lambda: shop.extract(report=report))
        second.start()
        assert begun.wait(30), "it says that it waits"
        assert "source_started" not in told
    second.join(60)
    assert "entity_loaded" in told


def test_a_second_run_that_may_not_wait_says_who_is_at_work(shop):
    with extraction_lock(shop.settings, 0, lambda *_: None), pytest.raises(CmwError, match="Another extraction"):
        shop.extract(wait_seconds=0)
