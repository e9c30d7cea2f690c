"""Columns of the source that appear, disappear, are renamed or change their type."""

import pyarrow.parquet as pq
import pytest

from ingestion import maintain

ORDERS = """
erp_orders:
  table: orders
  cursor: changed
  columns: {order_id: id, order_date: day, updated_at: changed, region: area}
  constants: {status: confirmed}
"""


@pytest.fixture
def shop(small_company):
    small_company.source(ORDERS)
    small_company.sql(
        "create table orders (id text, day text, changed text, area text);"
        "insert into orders values ('1', '2024-05-01', '2024-05-01 00:00:00', '7'),"
        "('2', '2024-05-01', '2024-05-20 00:00:00', '8')"
    )
    small_company.load()
    return small_company


def regions(company) -> dict[str, str | None]:
    return {row["_key"]: row["region"] for row in company.newest("erp_orders", "_key, region")}


def test_a_renamed_column_is_told_with_its_new_name_and_comes_back_once_the_mapping_says_it(shop):
    shop.sql("alter table orders rename column area to territory")
    record = shop.load()
    assert "area disappeared" in record.findings[-1] and "perhaps area is now called territory" in record.findings[-1]
    assert "has no column 'area'" in record.findings[0]
    assert regions(shop) == {"1": None, "2": None}, "what the log holds is what the source says"
    shop.source(ORDERS.replace("region: area", "region: territory"))
    assert shop.load().new_versions == 2
    assert regions(shop) == {"1": "7", "2": "8"}
    assert [row["region"] for row in shop.rows("erp_orders") if row["_key"] == "1"] == ["7", None, "7"]


def test_a_mapped_column_that_comes_back_is_read_again_for_rows_that_did_not_change(shop):
    shop.sql("alter table orders rename column area to hidden")
    shop.load()
    shop.sql("alter table orders rename column hidden to area")
    assert shop.load().rows_read == 2
    assert regions(shop) == {"1": "7", "2": "8"}


def test_a_column_of_another_type_is_told_and_read_again(shop):
    shop.sql("alter table orders drop column area; alter table orders add column area integer;")
    shop.sql("update orders set area = 9")
    record = shop.load()
    assert "area changed from TEXT to INTEGER" in record.findings[-1]
    assert record.rows_read == 2 and regions(shop) == {"1": "9", "2": "9"}
    assert shop.load().findings == []


def test_a_column_that_nobody_maps_causes_no_reading_again(shop):
    shop.sql("alter table orders add column colour text")
    record = shop.load()
    assert "colour appeared" in record.findings[-1] and record.rows_read == 1


def test_a_required_column_that_is_gone_stops_the_entity_and_nothing_is_lost(shop):
    shop.sql("alter table orders rename column day to tag")
    record = shop.load()
    assert record.status == "failed" and "has no column 'day' for the required order_date" in record.error
    assert regions(shop) == {"1": "7", "2": "8"}
    shop.sql("alter table orders rename column tag to day")
    assert shop.load().status == "unchanged"


def test_a_source_told_to_stop_reads_nothing_until_the_mapping_is_looked_at(shop):
    shop.source(ORDERS, more="on_schema_change: stop\n")
    shop.load()
    shop.sql("alter table orders rename column area to territory")
    for _ in range(2):
        record = shop.load()
        assert record.status == "failed" and "perhaps area is now called territory" in record.error
    assert regions(shop) == {"1": "7", "2": "8"}
    shop.source(ORDERS.replace("region: area", "region: territory"), more="on_schema_change: continue\n")
    assert shop.load().status == "unchanged"
    shop.source(ORDERS.replace("region: area", "region: territory"), more="on_schema_change: stop\n")
    assert shop.load().status == "unchanged"


def test_the_log_of_before_a_column_joined_the_contract_is_read_merged_and_added_to(shop):
    for path in (shop.settings.raw / "erp_orders").rglob("load_id=*/*.parquet"):
        pq.write_table(pq.read_table(path, partitioning=None).drop_columns(["region"]), path)
    for day in range(1, 8):
        shop.sql(f"update orders set area = 'd{day}', changed = '2024-06-0{day} 00:00:00' where id = '1'")
        shop.load()
    assert regions(shop) == {"1": "d7", "2": None}, "what was read before has no value until it is read again"
    maintain.maintain(shop.settings, shop.company)
    assert regions(shop) == {"1": "d7", "2": None}
