"""What a second, third and fourth load make of a source that changes."""

import pytest

from ingestion.entities import load_contract

ORDERS = """
erp_orders:
  table: orders
  cursor: changed
  columns: {order_id: id, order_date: day, updated_at: changed}
  constants: {status: confirmed}
"""
TABLE = """
create table orders (id text, day text, changed text, region text);
insert into orders values ('1', '2024-05-01', '2024-05-01 08:00:00', 'N'),
  ('2', '2024-05-02', '2024-05-02 08:00:00', 'S');
"""


@pytest.fixture
def shop(small_company):
    small_company.source(ORDERS)
    small_company.sql(TABLE)
    small_company.on("2024-06-01")
    first = small_company.load()
    assert (first.status, first.new_versions) == ("loaded", 2)
    return small_company


def regions(company) -> dict[str, str | None]:
    return {row["_key"]: row["region"] for row in company.newest("erp_orders", "_key, region")}


def test_loading_twice_adds_nothing_and_writes_no_file(shop):
    files = sorted(shop.settings.raw.rglob("*.parquet"))
    second = shop.load()
    assert (second.status, second.new_versions, second.unchanged) == ("unchanged", 0, 1)
    assert sorted(shop.settings.raw.rglob("*.parquet")) == files
    third = shop.load(full=True)
    assert (third.status, third.rows_read, third.unchanged) == ("unchanged", 2, 2)


def test_a_changed_row_becomes_a_new_version_and_the_cursor_moves(shop):
    shop.sql("update orders set region = 'W', changed = '2024-05-20 08:00:00' where id = '1'")
    record = shop.load()
    assert (record.new_versions, record.cursor_before, record.cursor_after) == (
        1,
        "text:2024-05-02 08:00:00",
        "text:2024-05-20 08:00:00",
    )
    assert regions(shop) == {"1": "W", "2": "S"}


def test_a_b_a_are_three_versions(shop):
    shop.sql("update orders set region = 'W', changed = '2024-05-20 08:00:00' where id = '1'")
    shop.load()
    shop.sql("update orders set region = 'N', changed = '2024-05-21 08:00:00' where id = '1'")
    shop.load()
    assert [row["region"] for row in shop.rows("erp_orders", "*") if row["_key"] == "1"] == ["N", "W", "N"]


def test_a_row_committed_late_within_the_overlap_is_read(shop):
    shop.sql("insert into orders values ('3', '2024-05-02', '2024-05-02 07:30:00', 'E')")
    assert shop.load().new_versions == 1


def test_a_row_committed_later_than_the_overlap_is_found_by_comparing_keys_and_all_is_read(shop):
    shop.sql("insert into orders values ('3', '2024-05-02', '2024-05-01 05:00:00', 'E')")
    assert shop.load().new_versions == 0, "keys were compared today"
    shop.on("2024-06-02")
    record = shop.load()
    assert (record.rows_read, record.source_rows, record.new_versions, record.deletes) == (3, 3, 1, 0)
    assert "1 rows came or went with a changed that had been read past, such as 3" in record.findings[0]
    assert regions(shop) == {"1": "N", "2": "S", "3": "E"}
    shop.on("2024-06-03")
    again = shop.load()
    assert (again.rows_read, again.findings, again.status) == (1, [], "unchanged")


def test_a_deleted_row_that_comes_back_with_its_old_time_is_found_by_comparing_keys(shop):
    shop.sql("delete from orders where id = '1'")
    shop.on("2024-06-02")
    assert shop.load().deletes == 1
    shop.sql("insert into orders values ('1', '2024-05-01', '2024-05-01 08:00:00', 'back')")
    shop.on("2024-06-03")
    assert shop.load().new_versions == 1
    assert regions(shop) == {"1": "back", "2": "S"}


def test_a_row_marked_as_deleted_without_a_new_time_is_found_by_comparing_keys(shop):
    shop.source(ORDERS + "  soft_delete: {column: region, values: [gone]}\n")
    shop.load()
    shop.sql("update orders set region = 'gone' where id = '1'; insert into orders values ('4', null, null, 'gone')")
    shop.on("2024-06-02")
    record = shop.load()
    assert (record.deletes, record.rows_read) == (1, 3) and "such as 1" in record.findings[0]
    assert set(regions(shop)) == {"2"}
    shop.on("2024-06-03")
    again = shop.load()
    assert (again.rows_read, again.findings, again.status) == (2, [], "unchanged"), "deleted rows are no news"


def test_a_row_at_exactly_the_cursor_is_read_even_without_overlap(shop):
    shop.source(ORDERS.replace("cursor: changed", "cursor: changed\n  overlap: 0s"))
    shop.sql("insert into orders values ('3', '2024-05-02', '2024-05-02 08:00:00', 'E')")
    assert shop.load().new_versions == 1


def test_rows_without_a_cursor_value_are_read_every_time(shop):
    shop.sql("insert into orders values ('3', '2024-05-02', null, 'E')")
    assert shop.load().new_versions == 1
    shop.sql("update orders set region = 'W' where id = '3'")
    assert shop.load().new_versions == 1
    assert regions(shop)["3"] == "W"


def test_the_column_for_a_null_cursor_stands_in_for_it(shop):
    shop.source(ORDERS.replace("cursor: changed", "cursor: changed\n  cursor_when_null: day"))
    shop.load()
    shop.sql("insert into orders values ('3', '2024-05-20', null, 'E'), ('4', '2023-01-01', null, 'old')")
    assert shop.load().rows_read == 2, "2 within the overlap, 3 by its day; 4 lies before the cursor"
    assert set(regions(shop)) == {"1", "2", "3"}


def test_a_date_in_the_future_neither_pins_the_row_nor_the_cursor(shop):
    shop.sql("insert into orders values ('3', '2024-05-02', '2999-01-01 00:00:00', 'E')")
    assert shop.load().cursor_after == "text:2024-05-02 08:00:00"
    shop.sql("update orders set region = 'W', changed = '2024-05-03 08:00:00' where id = '3'")
    shop.on("2024-06-02")
    shop.load()
    assert regions(shop)["3"] == "W"


@pytest.mark.parametrize("written", ["2024-05-02T09:00:00", "2024-05-02T09:00", "2024-05-02 09:00:00.5"])
def test_times_written_in_another_way_on_the_same_day_are_read(shop, written):
    shop.sql(f"update orders set region = 'new', changed = '{written}' where id = '1'")
    assert shop.load().new_versions == 1
    shop.sql("update orders set region = 'newer', changed = '2024-05-02 10:00:00' where id = '1'")
    assert shop.load().new_versions == 1
    assert regions(shop)["1"] == "newer"


@pytest.mark.parametrize(
    "changed",
    ["2024-05-01T10:00:00+02:00", "1/5/2024", "20240501", "7", "2024-05-01 10:00 AM", "2024-05-01T08:00:00Z"],
)
def test_a_cursor_whose_texts_do_not_sort_as_times_is_not_used_and_this_is_said(shop, changed):
    shop.sql(f"update orders set changed = '{changed}' where id = '1'")
    record = shop.load(full=True)
    assert record.cursor_after is None and "changed does not tell what changed" in record.findings[0]
    shop.sql("update orders set region = 'W', changed = '2024-01-01T08:30:00Z' where id = '1'")
    record = shop.load()
    assert (record.rows_read, record.new_versions) == (2, 1)
    shop.sql("update orders set changed = '2024-05-09 08:00:00'")
    assert shop.load().cursor_after == "text:2024-05-09 08:00:00"


def test_times_in_utc_sort_whatever_utc_is_called(shop):
    shop.sql("update orders set changed = '2024-05-01T08:00:00Z' where id = '1'")
    shop.sql("update orders set changed = '2024-05-03T08:00:00+00:00' where id = '2'")
    record = shop.load(full=True)
    assert (record.cursor_after, record.findings) == ("text:2024-05-03T08:00:00+00:00", [])
    shop.sql("update orders set changed = '2024-05-03T09:00:00Z' where id = '1'")
    assert (shop.load().rows_read, shop.load().findings) == (2, [])
    shop.sql("update orders set changed = '2024-05-03T09:00:00' where id = '1'")
    assert "changed does not tell what changed" in shop.load().findings[0]


@pytest.mark.parametrize(
    ("overlap", "changed", "remedy"),
    [("3600", "2024-05-02 08:00:00", "1h or 3600s"), ("1h", "17", "such as 1000")],
)
def test_an_overlap_in_another_unit_than_the_cursor_is_refused(small_company, overlap, changed, remedy):
    small_company.source(ORDERS.replace("cursor: changed", f"cursor: changed\n  overlap: {overlap}"))
    number = changed.isdigit()
    small_company.sql(TABLE.replace("changed text", "changed integer") if number else TABLE)
    small_company.sql(f"update orders set changed = {changed if number else repr(changed)}")
    if number:
        small_company.source(
            ORDERS.replace(", updated_at: changed", "").replace("changed\n", f"changed\n  overlap: {overlap}\n", 1)
        )
    record = small_company.load()
    assert record.status == "failed" and "does not go with changed" in record.error and remedy in record.error


def test_rows_with_an_empty_text_as_cursor_are_read_every_time(shop):
    shop.sql("update orders set changed = '' where id = '1'")
    shop.load(full=True)
    shop.sql("update orders set region = 'W' where id = '1'")
    assert shop.load().new_versions == 1


def test_what_stands_in_for_an_empty_cursor_moves_it_only_where_it_stands_in(shop):
    shop.source(ORDERS.replace("cursor: changed", "cursor: changed\n  cursor_when_null: day"))
    shop.sql("update orders set day = '2024-05-30' where id = '1'")
    assert shop.load().cursor_after == "text:2024-05-02 08:00:00"


def test_a_table_without_cursor_is_compared_in_full_and_deletions_show_at_once(small_company):
    small_company.source(ORDERS.replace("cursor: changed", "where: \"id <> 'x'\""))
    small_company.sql(TABLE)
    small_company.load()
    small_company.sql("delete from orders where id = '1'; update orders set region = 'W' where id = '2'")
    record = small_company.load()
    assert (record.rows_read, record.new_versions, record.unchanged, record.deletes) == (1, 1, 0, 1)
    assert regions(small_company) == {"2": "W"}


def test_hard_deletes_are_found_by_comparing_keys_once_a_day(shop):
    shop.sql("delete from orders where id = '1'")
    assert shop.load().deletes == 0, "keys were compared today"
    shop.on("2024-06-02")
    assert shop.load().deletes == 1
    (deleted,) = [row for row in shop.rows("erp_orders") if row["_change"] == "delete"]
    assert (deleted["_key"], deleted["order_id"], deleted["order_date"]) == ("1", "1", None)
    assert deleted["_version_at"] == deleted["_loaded_at"]
    assert shop.load().deletes == 0


@pytest.mark.parametrize(
    ("policy", "day", "found"),
    [
        ("weekly", "2024-06-07", 0),
        ("weekly", "2024-06-08", 1),
        ("never", "2024-12-01", 0),
        ("every_load", "2024-06-01", 1),
    ],
)
def test_keys_are_compared_on_the_schedule_of_the_source_file(shop, policy, day, found):
    shop.source(ORDERS + f"  key_compare: {policy}\n")
    shop.sql("delete from orders where id = '1'")
    shop.on(day)
    assert shop.load().deletes == found


def test_a_row_that_comes_back_is_alive_even_with_its_old_change_time(shop):
    shop.sql("delete from orders where id = '1'")
    shop.on("2024-06-02")
    shop.load()
    shop.sql("insert into orders values ('1', '2024-05-01', '2024-05-01 08:00:00', 'N')")
    shop.on("2024-06-03")
    shop.load(full=True)
    assert regions(shop) == {"1": "N", "2": "S"}
    assert shop.load(full=True).status == "unchanged"


def test_a_row_both_changed_and_soft_deleted_is_a_delete(shop):
    shop.source(ORDERS + "  soft_delete: {column: region, values: [gone]}\n")
    shop.load()
    shop.sql("update orders set region = 'gone', day = '2024-05-09', changed = '2024-05-20 08:00:00' where id = '1'")
    record = shop.load()
    assert (record.new_versions, record.deletes) == (1, 1)
    assert set(regions(shop)) == {"2"}
    assert shop.load().status == "unchanged"
    shop.sql("update orders set region = 'back', changed = '2024-05-21 08:00:00' where id = '1'")
    shop.load()
    assert regions(shop) == {"1": "back", "2": "S"}


def test_a_row_that_was_deleted_before_it_was_ever_seen_leaves_no_trace(small_company):
    small_company.source(ORDERS + "  soft_delete: {column: region, values: [N]}\n")
    small_company.sql(TABLE)
    record = small_company.load()
    assert (record.rows_read, record.new_versions, record.unchanged, record.deletes) == (2, 1, 1, 0)


def test_a_changed_mapping_reads_the_entity_again_in_full(shop):
    shop.source(ORDERS.replace("constants: {status: confirmed}", "constants: {status: shipped}"))
    record = shop.load()
    assert (record.rows_read, record.new_versions) == (2, 2)
    versions = {row["_mapping_version"] for row in shop.rows("erp_orders")}
    assert len(versions) == 2 and record.mapping_version in versions
    assert shop.load().status == "unchanged"


def test_a_key_that_changes_is_a_deletion_and_a_new_row(shop):
    shop.sql("update orders set id = '9', changed = '2024-05-20 08:00:00' where id = '1'")
    shop.on("2024-06-02")
    record = shop.load()
    assert (record.new_versions, record.deletes) == (1, 1)
    assert regions(shop) == {"9": "N", "2": "S"}


def test_an_emptied_table_deletes_nothing_and_says_so(shop):
    shop.sql("delete from orders")
    shop.on("2024-06-02")
    record = shop.load()
    assert (record.status, record.deletes) == ("unchanged", 0)
    assert "is empty although rows were loaded from it before" in record.findings[0]
    shop.source(ORDERS + "  allow_empty: true\n")
    shop.on("2024-06-03")
    assert shop.load().deletes == 2


def test_many_rows_gone_at_once_are_told_and_few_are_not(small_company):
    small_company.source("erp_products: {table: p}")
    small_company.sql(
        "create table p (product_code text);"
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 999) insert into p select i from n"
    )
    small_company.load()
    small_company.sql("delete from p where product_code in ('1', '2')")
    record = small_company.load()
    assert (record.deletes, record.findings) == (2, [])
    small_company.sql("delete from p where product_code <> '5'")
    record = small_company.load()
    assert record.deletes == 996 and "996 of 997 rows are gone from the source" in record.findings[0]


@pytest.mark.parametrize("cursor", ["", "cursor: changed, "], ids=["read in full", "by cursor"])
def test_more_rows_gone_than_the_source_file_allows_are_not_deleted_and_each_load_says_so(small_company, cursor):
    mapping = "erp_products: {table: p, " + cursor + "most_deleted: SHARE}"
    small_company.source(mapping.replace("SHARE", "0.3"))
    small_company.sql(
        "create table p (product_code text, changed text);"
        "insert into p values ('1', '2024-05-01'), ('2', '2024-05-01'), ('3', '2024-05-01'), ('4', '2024-05-01')"
    )
    small_company.load()
    small_company.sql("delete from p where product_code in ('1', '2'); insert into p values ('5', '2024-05-31')")
    for day in ("2024-06-02", "2024-06-03"):
        small_company.on(day)
        record = small_company.load()
        assert record.deletes == 0
        assert "2 of 4 rows are gone" in record.findings[0] or "2 of 5 rows are gone" in record.findings[0]
        assert "most_deleted: 0.3 allows; nothing was deleted" in record.findings[0]
    assert record.new_versions == 0, "what is new came with the first of them all the same"
    small_company.source(mapping.replace("SHARE", "0.5"))
    small_company.on("2024-06-04")
    assert small_company.load().deletes == 2


@pytest.mark.parametrize(
    "origin",
    [
        "query: 'select * from p -- all of them'",
        "query: 'select * from p;'",
        "{table: p, where: \"name <> 'x' -- no x\"}",
    ],
)
def test_a_query_or_condition_may_end_in_a_comment(small_company, origin):
    small_company.source(f"erp_products: {origin}" if origin[0] == "{" else f"erp_products: {{{origin}}}")
    small_company.sql("create table p (product_code text, name text); insert into p values ('1', 'a')")
    assert (small_company.load().status, small_company.load().status) == ("loaded", "unchanged")


def test_of_rows_with_one_key_the_newest_counts_and_the_repeat_is_told(small_company):
    small_company.source(ORDERS)
    small_company.sql(TABLE + "insert into orders values ('1', '2024-05-01', '2024-05-01 09:00:00', 'newer')")
    record = small_company.load()
    assert (record.rows_read, record.new_versions, record.unchanged) == (3, 2, 1)
    assert "repeat the key" in record.findings[0]
    assert regions(small_company) == {"1": "newer", "2": "S"}


def test_a_new_dropped_or_retyped_column_is_reported_and_loses_nothing(shop):
    shop.sql("alter table orders add column channel text; alter table orders drop column region;")
    record = shop.load()
    assert record.status != "failed"
    assert "channel appeared" in record.findings[-1] and "region disappeared" in record.findings[-1]
    assert shop.load().findings == []


def test_a_retyped_column_behind_a_query_is_reported(small_company):
    small_company.source("erp_products: {query: 'select product_code, name, 1 as n from p;'}")
    small_company.sql("create table p (product_code text, name varchar(20)); insert into p values ('1', 'a')")
    small_company.load()
    small_company.sql("drop table p; create table p (product_code text, name integer); insert into p values ('1', 5)")
    [finding] = small_company.load().findings
    assert "name" in finding and "VARCHAR(20)" in finding.upper() and "INTEGER" in finding.upper()


def test_a_source_may_be_told_to_stop_when_its_columns_change(shop):
    shop.source(ORDERS, more="on_schema_change: stop\n")
    assert shop.load().status == "unchanged"
    shop.sql("alter table orders add column channel text")
    record = shop.load()
    assert record.status == "failed" and "channel appeared" in record.error


def test_only_the_named_source_or_entity_is_read(shop):
    shop.source("erp_products: {table: orders, columns: {product_code: id}}", system="other")
    assert [load.entity for load in shop.extract(only={"other"}).loads] == ["erp_products"]
    assert [load.entity for load in shop.extract(only="erp_orders").loads] == ["erp_orders"]
    with pytest.raises(Exception, match="Did you mean erp_orders"):
        shop.extract(only="erp_order")


@pytest.mark.parametrize("entity", sorted(load_contract()))
def test_every_entity_takes_a_second_version_and_a_deletion(small_company, entity):
    columns = load_contract()[entity].columns
    known = {name: column.values[0] for name, column in columns.items() if column.values}
    usual = {"date": "2024-05-01", "timestamp": "2024-05-01 00:00:00", "text": "a", "boolean": "1"}
    first = {name: known.get(name, usual.get(column.type, "1")) for name, column in columns.items()}
    small_company.source(f"{entity}: {{table: {entity}}}", kind=load_contract()[entity].kind)
    small_company.sql(f"create table {entity} ({', '.join(f'{chr(34)}{name}{chr(34)} text' for name in columns)})")
    changeable = [name for name in columns if name not in load_contract()[entity].key and columns[name].type != "code"]
    for key in ("a", "b"):
        row = first | {
            name: "2024-05-0" + "12"["ab".index(key)]
            if columns[name].type == "date"
            else "12"["ab".index(key)]
            if columns[name].type == "integer"
            else key
            for name in load_contract()[entity].key
            if not columns[name].values
        }
        small_company.sql(f"insert into {entity} values ({', '.join(repr(value) for value in row.values())})")
    assert small_company.load().new_versions == 2
    small_company.sql(f'update {entity} set "{changeable[-1]}" = null')
    assert small_company.load().new_versions == 2
    small_company.sql(f"delete from {entity} where rowid = 1")
    assert small_company.load().deletes == 1
