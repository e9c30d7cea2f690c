import random
from datetime import datetime, timedelta

import pyarrow.parquet as pq

STAGED = "select agent_id, full_name, _load_seq, is_stale from staging.stg_service__agents order by all"
MODEL = "stg_service__agents"
NOON = datetime(2026, 6, 1, 12)


def _row(key, name, minute=0, change="upsert"):
    return {
        "agent_id": key,
        "full_name": name,
        "_key": key,
        "_row_hash": f"{key}:{name}:{change}",
        "_change": change,
        "_version_at": NOON + timedelta(minutes=minute),
    }


def _verdict(row, load_seq, severity="critical"):
    return {
        "entity": "svc_agents",
        "source_system": "desk",
        "key": row["_key"],
        "row_hash": row["_row_hash"],
        "severity": severity,
        "load_seq": load_seq,
    }


def _names(log):
    return {key: (name, stale) for key, name, _, stale in log.rows(STAGED)}


def test_an_entity_that_no_source_brings_is_an_empty_table(change_log):
    change_log.build(MODEL)
    assert change_log.rows(STAGED) == []


def test_the_newest_version_holds_whatever_the_order_of_loads(change_log):
    change_log.load("svc_agents", [_row("a", "new", 9)], "desk")
    change_log.load("svc_agents", [_row("a", "old", 1)], "desk")
    change_log.build(MODEL)
    assert _names(change_log) == {"a": ("new", False)}


def test_files_of_before_a_column_joined_the_contract_say_nothing_in_it(change_log):
    change_log.load("svc_agents", [_row("a", "old") | {"email": "a@x"}, _row("b", "old") | {"email": "b@x"}], "desk")
    (path,) = (change_log.settings.raw / "svc_agents").rglob("load_id=*/*.parquet")
    pq.write_table(pq.read_table(path, partitioning=None).drop_columns(["email"]), path)
    change_log.load("svc_agents", [_row("a", "new", 9) | {"email": "a@x"}], "desk")
    change_log.build(MODEL)
    assert change_log.rows("select agent_id, email from staging.stg_service__agents order by all") == [
        ("a", "a@x"), ("b", None)
    ]  # fmt: skip


def test_a_row_held_back_leaves_the_version_before_it_and_comes_back_when_the_verdict_is_withdrawn(change_log):
    change_log.load("svc_agents", [_row("a", "good"), _row("b", "bad from the start")], "desk")
    bad = _row("a", "bad", 5)
    only = _row("b", "bad from the start")
    seq = change_log.load("svc_agents", [bad], "desk")
    change_log.verdicts = [_verdict(bad, seq), _verdict(only, 1)]
    change_log.judge()
    change_log.build(MODEL)
    assert _names(change_log) == {"a": ("good", True)}
    change_log.verdicts = []
    change_log.judge()
    change_log.build(MODEL)
    assert _names(change_log) == {"a": ("bad", False), "b": ("bad from the start", False)}


def test_a_warning_holds_nothing_back(change_log):
    row = _row("a", "odd")
    seq = change_log.load("svc_agents", [row], "desk")
    change_log.verdicts = [_verdict(row, seq, "warning")]
    change_log.judge()
    change_log.build(MODEL)
    assert _names(change_log) == {"a": ("odd", False)}


def test_a_deleted_key_goes_and_comes_back_when_the_source_sends_it_again(change_log):
    change_log.load("svc_agents", [_row("a", "here"), _row("b", "stays")], "desk")
    change_log.build(MODEL)
    change_log.load("svc_agents", [_row("a", None, 5, "delete")], "desk")
    change_log.build(MODEL)
    assert _names(change_log) == {"b": ("stays", False)}
    change_log.load("svc_agents", [_row("a", "again", 9)], "desk")
    change_log.build(MODEL)
    assert _names(change_log) == {"a": ("again", False), "b": ("stays", False)}


def test_the_same_key_of_two_systems_is_two_rows(change_log):
    change_log.load("svc_agents", [_row("a", "one")], "desk")
    change_log.load("svc_agents", [_row("a", "two")], "hotline")
    change_log.build(MODEL)
    assert [name for _, name, _, _ in change_log.rows(STAGED)] == ["one", "two"]


def test_an_incremental_build_equals_a_full_one_whatever_arrives_is_deleted_held_back_or_released(change_log):
    chance = random.Random(7)
    change_log.build(MODEL)
    for step in range(6):
        rows = [
            _row(
                f"k{key}",
                f"v{chance.randrange(4)}",
                chance.randrange(60),
                chance.choice(["upsert", "upsert", "delete"]),
            )
            for key in chance.sample(range(12), chance.randrange(1, 6))
        ]
        seq = change_log.load("svc_agents", rows, "desk")
        change_log.verdicts = [one for one in change_log.verdicts if chance.random() < 0.9]
        change_log.verdicts += [
            _verdict(row, seq) for row in rows if row["_change"] == "upsert" and chance.random() < 0.3
        ]
        change_log.judge()
        change_log.build(MODEL)
        assert change_log.rows(STAGED) == _expected(change_log), f"step {step}"
    incremental = change_log.rows(STAGED)
    change_log.build(MODEL, full=True)
    assert change_log.rows(STAGED) == incremental


def _expected(log):
    """The same out of the files, in plain Python."""
    import pyarrow.parquet as pq

    versions = {}
    for path in sorted(log.settings.raw.glob("svc_agents/desk/*/part-0.parquet")):
        for row in pq.read_table(path).to_pylist():
            versions.setdefault(row["_key"], []).append(row)
    held = {(one["key"], one["row_hash"]) for one in log.verdicts}
    result = []
    for key, found in versions.items():
        found.sort(key=lambda row: (row["_version_at"], row["_load_seq"]))
        valid = [row for row in found if (key, row["_row_hash"]) not in held]
        if valid and valid[-1]["_change"] == "upsert":
            result.append((key, valid[-1]["full_name"], valid[-1]["_load_seq"], valid[-1] is not found[-1]))
    return sorted(result)
