"""Merging files and dropping old versions change no answer that may still be asked."""

from datetime import timedelta

import pytest

from ingestion import change_log, maintain
from ingestion.log_health import inspect_log, mend_log
from warehouse.raw_manifest import manifest_path, read_manifest

ORDERS = """
erp_orders:
  table: orders
  cursor: changed
  columns: {order_id: id, order_date: day, updated_at: changed}
  constants: {status: confirmed}
"""
NEWEST = "row_number() over (partition by _key order by _version_at desc, _load_seq desc)"


@pytest.fixture
def shop(small_company):
    """Eight loads over eight days: one order changes each day, one is deleted, one stays as it was."""
    small_company.source(ORDERS)
    small_company.sql(
        "create table orders (id text, day text, changed text, region text);"
        "insert into orders values ('1', '2024-05-01', '2024-05-01 00:00:00', 'd0'),"
        "('2', '2024-05-01', '2024-05-01 00:00:00', 'stays'), ('3', '2024-05-01', '2024-05-01 00:00:00', 'goes')"
    )
    for day in range(1, 9):
        small_company.on(f"2024-06-0{day}")
        if day > 1:
            small_company.sql(f"update orders set region = 'd{day}', changed = '2024-06-0{day}' where id = '1'")
        if day == 4:
            small_company.sql("delete from orders where id = '3'")
        small_company.load()
    return small_company


def files(company) -> list:
    return read_manifest(company.settings).files_of("erp_orders")


def log(company) -> list[dict]:
    return sorted(company.rows("erp_orders"), key=lambda row: (row["_load_seq"], row["_key"]))


def as_known(company, load_seq: int) -> dict[str, str]:
    rows = company.query(
        f"select _key, region from (select *, {NEWEST} as place from log where _load_seq <= {load_seq}) "
        "where place = 1 and _change = 'upsert'",
        "erp_orders",
    )
    return {row["_key"]: row["region"] for row in rows}


def test_merging_small_files_keeps_every_row_and_leaves_the_first_load_alone(shop):
    rows, loads = log(shop), len(files(shop))
    (done,) = maintain.maintain(shop.settings, shop.company)
    assert (loads, done.files_before, done.files_after, done.rows_dropped) == (8, 8, 2, 0)
    assert log(shop) == rows
    first, merged = files(shop)
    assert first.load_seqs == range(1, 2) and list(merged.load_seqs) == list(range(2, 9))
    assert merged.first_loaded_at < merged.loaded_at
    assert inspect_log(shop.settings) == []
    assert maintain.maintain(shop.settings, shop.company) == [], "there is nothing left to merge"


def test_loading_goes_on_after_a_merge_and_merges_again(shop):
    maintain.maintain(shop.settings, shop.company)
    assert shop.load().status == "unchanged"
    assert shop.load(full=True).status == "unchanged"
    shop.on("2024-06-20")
    shop.sql("update orders set region = 'd20', changed = '2024-06-20' where id = '1'")
    assert shop.load().new_versions == 1
    (done,) = maintain.maintain(shop.settings, shop.company)
    assert (done.files_before, done.files_after) == (3, 2)
    assert as_known(shop, 99) == {"1": "d20", "2": "stays"}
    assert as_known(shop, 3) == {"1": "d3", "2": "stays", "3": "goes"}


def test_a_run_merges_by_itself_once_there_are_many_files(shop, monkeypatch):
    monkeypatch.setattr("ingestion.extract.FILES_IN_A_RUN", 8)
    shop.on("2024-06-09")
    shop.sql("update orders set region = 'd9', changed = '2024-06-09' where id = '1'")
    shop.load()
    assert len(files(shop)) == 2
    assert as_known(shop, 99) == {"1": "d9", "2": "stays"}


def test_what_was_superseded_stays_a_while_for_whoever_reads_it_and_then_goes(shop, monkeypatch):
    before = [shop.settings.raw / file.path for file in files(shop)]
    maintain.maintain(shop.settings, shop.company)
    shop.load()
    assert all(path.exists() for path in before)
    monkeypatch.setattr(change_log, "SUPERSEDED_KEPT", timedelta(0))
    assert inspect_log(shop.settings) == []
    shop.load()
    assert [path.exists() for path in before] == [True] + [False] * 7
    assert as_known(shop, 99) == {"1": "d8", "2": "stays"}
    assert inspect_log(shop.settings) == []


def test_a_torn_manifest_is_built_again_without_counting_merged_rows_twice(shop):
    rows = log(shop)
    maintain.maintain(shop.settings, shop.company)
    manifest_path(shop.settings).write_text("half of")
    mend_log(shop.settings)
    assert log(shop) == rows
    assert shop.load().status == "unchanged"


def test_versions_past_their_time_go_and_nothing_that_was_true_since(shop):
    shop.source(ORDERS + "  keep_history: 3d\n")
    known = {number: as_known(shop, number) for number in range(1, 9)}
    rows = len(log(shop))
    (done,) = maintain.maintain(shop.settings, shop.company)
    assert done.rows_dropped == rows - len(log(shop)) > 0
    # the last load is of the 8th, so the horizon is the end of the 5th: load 5
    assert {number: as_known(shop, number) for number in range(5, 9)} == {n: known[n] for n in range(5, 9)}
    assert {row["region"] for row in log(shop) if row["_key"] == "1"} == {"d5", "d6", "d7", "d8"}
    assert [row["_change"] for row in log(shop) if row["_key"] == "3"] == ["delete"]
    assert [row["region"] for row in log(shop) if row["_key"] == "2"] == ["stays"], "the newest has no age"
    assert shop.load(full=True).status == "unchanged"
    assert inspect_log(shop.settings) == []


def test_the_version_that_stands_in_for_one_held_back_is_never_dropped(shop):
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = [row for row in log(shop) if row["_key"] == "1" and row["region"] in ("d6", "d7", "d8")]
    shop.settings.verdicts.mkdir(parents=True, exist_ok=True)
    verdicts = [
        {"entity": "erp_orders", "source_system": "shop", "key": "1", "row_hash": row["_row_hash"]}
        | {"severity": "critical"}
        for row in held
    ]
    pq.write_table(pa.Table.from_pylist(verdicts), shop.settings.verdicts / "verdicts.parquet")
    shop.source(ORDERS + "  keep_history: 0d\n")
    maintain.maintain(shop.settings, shop.company)
    assert {row["region"] for row in log(shop) if row["_key"] == "1"} == {"d5", "d6", "d7", "d8"}


def test_keeping_history_for_another_time_reads_nothing_again(shop):
    shop.source(ORDERS + "  keep_history: 30d\n")
    assert shop.load().rows_read == 1, "what lies within the overlap, and no more"


def test_a_replay_of_a_day_within_a_merged_file_knows_the_loads_until_then(shop, tmp_path):
    from datetime import date

    from ingestion.as_known import Moment, write_log_as_known
    from warehouse.replay import end_of_day
    from warehouse.settings import Settings

    maintain.maintain(shop.settings, shop.company)
    replay = Settings(config=shop.settings.config, home=tmp_path / "replay")
    replay.home.mkdir()
    day = date(2024, 6, 5)
    write_log_as_known(shop.settings, replay, Moment(day, end_of_day(day, shop.company)))
    shop.settings = replay
    assert as_known(shop, 99) == {"1": "d5", "2": "stays"}
    assert max(row["_load_seq"] for row in log(shop)) == 5
