"""Killed at any moment, a load leaves the old state or the new one, and the next load goes on from there."""

import random
import sqlite3
import subprocess
import sys
import time

import pytest

from ingestion import change_log
from ingestion.log_health import inspect_log
from ingestion.maintain import maintain
from warehouse.raw_manifest import read_manifest
from warehouse.settings import PROJECT_ROOT

ORDERS = """
erp_orders:
  table: orders
  key_compare: never
  keep_history: 0d
  columns: {order_id: id, order_date: day}
  constants: {status: confirmed}
"""
ROWS = 400


def _values(company) -> list[tuple[str, int]]:
    """Each value of the newest versions, with the number of rows that have it."""
    counts: dict[str, int] = {}
    for row in company.newest("erp_orders", "region"):
        counts[row["region"]] = counts.get(row["region"], 0) + 1
    return sorted(counts.items())


def _source(company) -> int:
    """The value in all rows of the source itself; a killed process may have changed it and not loaded it."""
    with sqlite3.connect(company.settings.home / "source.db") as connection:
        [(value,)] = connection.execute("select distinct region from orders").fetchall()
    connection.close()
    return int(value)


def _kill_one(company, first: int, seconds: float) -> None:
    settings = company.settings
    command = [sys.executable, "-m", "tests.ingestion.loading_process", str(settings.config), str(settings.home)]
    with subprocess.Popen([*command, str(first)], stdout=subprocess.PIPE, cwd=PROJECT_ROOT, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        assert process.poll() is None, "it runs until it is killed"
        process.kill()


def _live_through_kills(company, kills: int, chance: random.Random, more: int = 0) -> int:
    """Kills a loading process again and again. Returns how many kills left something half done on the disk.

    Args:
        more: that many kills more at most, while none of them has; on a busy machine most hit the reading.
    """
    company.source(ORDERS)
    company.sql(
        "create table orders (id text, day text, region text);"
        f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {ROWS})"
        " insert into orders select i, '2024-05-01', '0' from n"
    )
    company.load()
    half_done = 0
    for kill in range(kills + more):
        if kill >= kills and half_done:
            break
        load_seq, before = read_manifest(company.settings).load_seq, _source(company)
        _kill_one(company, 1000 * (kill + 1), chance.uniform(0, 0.5))
        company.sql("begin immediate; rollback")  # SQLite itself mends what the kill did to the source
        faults = inspect_log(company.settings)
        assert all(fault.severity == "warning" for fault in faults), faults
        half_done += bool(faults)
        assert read_manifest(company.settings).load_seq >= load_seq
        ((_, rows),) = _values(company)
        assert rows == ROWS, "one state of the source, and the whole of it"
        if chance.random() < 0.5:
            record = company.load()
            assert record.status != "failed", record.error
            source = _source(company)
            assert company.newest("erp_orders", "region")[0]["region"] == str(source)
            assert source in (before, *range(1000 * (kill + 1), 1000 * (kill + 1) + 1000))
            assert [rows for _, rows in _values(company)] == [ROWS]
            assert company.load().status == "unchanged"
            assert inspect_log(company.settings) == []
    company.load()
    maintain(company.settings, company.company)
    assert inspect_log(company.settings) == [] and [rows for _, rows in _values(company)] == [ROWS]
    return half_done


@pytest.mark.slow
@pytest.mark.by_chance
def test_sixty_kills_at_random_moments_leave_the_old_state_or_the_new_one(small_company, monkeypatch):
    monkeypatch.setattr(change_log, "SUPERSEDED_KEPT", change_log.timedelta(0))
    seed = random.randrange(1 << 30)
    half_done = _live_through_kills(small_company, 60, random.Random(seed), more=240)
    assert half_done > 0, f"no kill hit the writing of a file (seed {seed})"


def test_a_kill_leaves_the_old_state_or_the_new_one(small_company):
    _live_through_kills(small_company, 2, random.Random(4))
