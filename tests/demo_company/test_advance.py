"""The company lives on: its databases move to the next day, and the journal says exactly how."""

import json
import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from demo_company.advance import advance
from demo_company.create import calendar_of, combined
from demo_company.databases import SCHEMAS, tuples
from demo_company.journal import complete
from demo_company.plan import DemoError
from tests.demo_company.companies import DATABASES, company, dump


@pytest.fixture(scope="module")
def moved(home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict, dict, list[dict]]:
    """A copy of the company, three months later: folder, rows before, rows after, journal."""
    folder = tmp_path_factory.mktemp("moved")
    shutil.copytree(home / "demo", folder / "demo")
    before = dump(folder)
    advance(folder, 90)
    lines = (folder / "demo/journal/2026-09-28.jsonl").read_text(encoding="utf-8").splitlines()
    return folder, before, dump(folder), [json.loads(line) for line in lines]


def keyed(home: Path, rows: dict[str, list[tuple]]) -> dict[tuple, tuple]:
    """Rows by (database, table, key as text)."""
    found = {}
    for name, table_rows in rows.items():
        database, table = name.split(".", 1)
        with sqlite3.connect(home / "demo" / f"{database}.db") as connection:
            info = connection.execute(f'pragma table_info("{table}")').fetchall()
        connection.close()
        places = [column[0] for column in sorted(info, key=lambda c: c[5]) if column[5]]
        for row in table_rows:
            found[database, table, tuple(str(row[p]) for p in places)] = row
    return found


def test_the_journal_lists_exactly_the_rows_that_changed(moved) -> None:
    folder, before, after, journal = moved
    old, new = keyed(folder, before), keyed(folder, after)
    changed = dict.fromkeys(new.keys() - old.keys(), "insert")
    changed |= dict.fromkeys(old.keys() - new.keys(), "delete")
    changed |= {key: "update" for key in old.keys() & new.keys() if old[key] != new[key]}
    told = {(j["database"], j["table"], tuple(j["key"].values())): j["operation"] for j in journal}
    assert told == changed
    assert len(told) == len(journal)
    assert {"insert", "update", "delete"} <= set(told.values())


def test_a_soft_deleted_account_is_a_deletion_for_the_contract(moved) -> None:
    _, _, _, journal = moved
    gone = [j for j in journal if j["table"] == "accounts" and j["entity_operation"] == "delete"]
    assert gone
    assert all(j["operation"] == "update" and "is_deleted" in j["columns"] for j in gone)


def test_late_rows_come_with_dates_of_the_past(moved) -> None:
    folder, _, after, journal = moved
    entries = {j["key"]["entry_id"] for j in journal if j["table"] == "gl_journal" and j["operation"] == "insert"}
    late = [r for r in after["erp.gl_journal"] if str(r[0]) in entries and r[1] is not None and r[1] <= "2026-06-30"]
    assert late
    assert folder.exists()


def test_after_an_advance_the_databases_hold_what_the_simulation_shows(moved) -> None:
    folder, _, after, _ = moved
    made = company(today=date(2026, 9, 28))
    tables, _ = combined(made, made.chunk(0), calendar_of(made.plan, date(2026, 9, 28)))
    assert folder.exists()
    for database in DATABASES:
        for table in SCHEMAS[database].sorted_tables:
            if table.name in tables[database]:
                rows = complete(table, tables[database][table.name])
                expected = tuples(table, rows, 0, len(rows))
                assert len(expected) == len(after[f"{database}.{table.name}"])
                assert set(expected) == set(after[f"{database}.{table.name}"])


def test_time_and_truth_move_with_it(moved) -> None:
    folder, _, _, _ = moved
    assert (folder / "demo/today.txt").read_text().strip() == "2026-09-28"
    by_day = pd.read_parquet(folder / "demo/truth/receivable_by_day.parquet")
    assert str(by_day.day.iloc[-1]) == "2026-09-28"


def test_new_dirt_comes_and_old_dirt_stays(home: Path, moved) -> None:
    old = pd.read_parquet(home / "demo/truth/planted_defects.parquet")
    new = pd.read_parquet(moved[0] / "demo/truth/planted_defects.parquet")
    listed = ~old.kind.isin(["late_row"])
    assert set(old[listed].key) <= set(new.key)
    assert len(new) > len(old)


def test_a_company_that_is_not_there_cannot_live_on(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="Create it first"):
        advance(tmp_path, 1)


def test_time_does_not_run_backwards(home: Path) -> None:
    with pytest.raises(DemoError, match="cannot pass"):
        advance(home, 0)


def test_an_advance_that_was_broken_off_is_mended_by_the_next(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "demo", tmp_path / "demo")
    advance(tmp_path, 10)
    whole = dump(tmp_path)
    with sqlite3.connect(tmp_path / "demo/erp.db") as erp:  # as if it had been killed before these were written
        erp.execute("delete from gl_journal where changed_at > '2026-07-05'")
    erp.close()
    (tmp_path / "demo/today.txt").write_text("2026-06-30\n", encoding="utf-8")
    advance(tmp_path, 10)
    assert dump(tmp_path) == whole
