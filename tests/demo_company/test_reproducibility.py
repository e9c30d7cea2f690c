"""The same plan gives the same company, in every process; a longer horizon changes nothing of the past."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from demo_company.advance import advance
from demo_company.create import calendar_of, combined, create
from demo_company.journal import differences
from tests.demo_company.companies import END, company, dump
from tests.demo_company.row_hashes import HASHES, SMALL, short_hashes, table_hashes


def test_every_table_has_the_same_ordered_row_hash_in_another_process(tmp_path: Path) -> None:
    create(tmp_path / "here", customers=60, months=8)
    script = (
        "import sys; from pathlib import Path; from demo_company.create import create;"
        "create(Path(sys.argv[1]), customers=60, months=8)"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "there")],
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "4711", "TZ": "America/New_York"},
    )
    here = table_hashes(tmp_path / "here")
    assert here == table_hashes(tmp_path / "there")
    assert len(here) == 35


@pytest.mark.parametrize("profile", ["machine_maker", "shop", "twenty", "concentrated"])
def test_the_smallest_company_of_the_shortest_time_can_be_created(tmp_path: Path, profile: str) -> None:
    assert create(tmp_path, profile=profile, customers=10, months=2).rows


def test_every_table_of_a_small_company_is_the_one_that_was_committed(tmp_path: Path) -> None:
    """Whoever changes the simulation on purpose writes the new hashes: python -m tests.demo_company.row_hashes."""
    create(tmp_path, **SMALL)
    assert short_hashes(tmp_path) == json.loads(HASHES.read_text(encoding="utf-8"))


def test_another_seed_gives_another_company(tmp_path: Path) -> None:
    create(tmp_path / "one", customers=30, months=6, seed=1)
    create(tmp_path / "two", customers=30, months=6, seed=2)
    assert table_hashes(tmp_path / "one") != table_hashes(tmp_path / "two")


@pytest.mark.parametrize("profile", ["machine_maker", "shop"])
@pytest.mark.parametrize("later", [1, 7, 45, 200])
def test_what_a_system_showed_on_a_day_does_not_depend_on_how_long_the_company_lives(profile: str, later: int) -> None:
    near = company(profile, customers=150, months=14, until=date(2026, 5, 20), today=date(2026, 5, 20))
    far = company(
        profile, customers=150, months=14, until=date(2026, 5, 20), today=date(2026, 5, 20) + timedelta(later)
    )
    day = calendar_of(near.plan, date(2026, 5, 20))
    then, planted = combined(near, near.chunk(0), day)
    now, planted_now = combined(far, far.chunk(0), day)
    assert [(c.table.name, c.count, c.columns[:2]) for c in differences(then, now)] == []
    assert planted == planted_now
    assert list(differences(then, combined(far, far.chunk(0), far.calendar)[0]))


def test_three_days_and_four_days_are_a_week(tmp_path: Path) -> None:
    for name in ("steps", "week", "again"):
        create(tmp_path / name, customers=60, months=8)
    advance(tmp_path / "steps", 3)
    advance(tmp_path / "steps", 4)
    advance(tmp_path / "week", 7)
    advance(tmp_path / "again", 7)
    assert table_hashes(tmp_path / "steps") == table_hashes(tmp_path / "week") == table_hashes(tmp_path / "again")
    journal = f"demo/journal/{END + timedelta(7)}.jsonl"
    assert (tmp_path / "week" / journal).read_bytes() == (tmp_path / "again" / journal).read_bytes()


def test_customers_come_in_chunks_with_keys_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo_company.plan.CHUNK_CUSTOMERS", 40)
    create(tmp_path, customers=100, months=6)
    codes = [row[0] for row in dump(tmp_path)["erp.customer_master"] if row[0] < "0900000000"]
    assert len(codes) == 100
    assert {code[:4] for code in codes} == {"0000", "0001", "0002"}
