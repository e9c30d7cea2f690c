"""Of every line that a source sent and of every row of every file, it is known what became of it (invariant I17)."""

import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from quality.quarantine import staging_table

# One row per row of a file: superseded by a later version of its key, deleted, held back or staged.
FATES = """
    with rows as (
        select
            source_system, _key, _load_seq, _load_id, _change,
            row_number() over (
                partition by source_system, _key order by _version_at desc, _load_seq desc, _row_hash
            ) as newest_first
        from read_parquet({files}, union_by_name = true)
    ),
    held as (
        select distinct source_system, key, load_id from quality.quarantined_rows where entity = '{entity}'
    )
    select
        rows._load_seq,
        case
            when newest_first > 1 then 'superseded'
            when _change = 'delete' then 'deleted'
            when held.key is not null then 'held back'
            when staged._key is not null then 'staged'
            else 'lost'
        end as fate,
        count(*)
    from rows
    left join held
        on held.source_system = rows.source_system and held.key = rows._key and held.load_id = rows._load_id
    left join {staging} as staged
        on staged.source_system = rows.source_system and staged._key = rows._key
        and staged._load_seq = rows._load_seq and not staged.is_stale
    group by all
"""


def fates_of(home: Path) -> Counter:
    """(entity, load, fate) to rows, after checking that each file's rows have one fate each."""
    manifest = json.loads((home / "raw" / "manifest.json").read_text(encoding="utf-8"))
    found: Counter = Counter()
    with duckdb.connect(str(home / "working" / "warehouse.duckdb"), read_only=True) as working:
        for entity in sorted({file["entity"] for file in manifest["files"]}):
            files = [file for file in manifest["files"] if file["entity"] == entity and file["rows"]]
            if not files:
                continue
            paths = [str(home / "raw" / file["path"]) for file in files]
            sql = FATES.format(files=paths, entity=entity, staging=staging_table(entity))
            rows: Counter = Counter()
            for load, fate, count in working.execute(sql).fetchall():
                found[entity, load, fate] += count
                rows[load] += count
            listed: Counter = Counter()
            for file in files:
                listed[file["load_seq"]] += file["rows"]
            assert rows == listed, entity
    return found


@pytest.mark.slow
def test_every_row_of_every_file_is_superseded_deleted_held_back_or_staged(week_later):
    fates = fates_of(week_later.home)
    assert {key: rows for key, rows in fates.items() if key[2] == "lost"} == {}
    [(deleted,)] = week_later.query("select coalesce(sum(deletes), 0) from ops.loads")
    expected = {"superseded", "held back", "staged"} | ({"deleted"} if deleted else set())
    assert {fate for _, _, fate in fates} == expected


@pytest.mark.slow
def test_every_line_that_a_load_read_is_new_unchanged_or_rejected(week_later):
    loads = week_later.query("""
        select entity, rows_read, new_versions + unchanged + rejected_lines from ops.loads where status = 'loaded'
    """)
    assert len(loads) > 34
    assert [load for load in loads if load[1] != load[2]] == []
