"""Twenty lives through real extraction, real maintenance and real dbt, some of them interrupted."""

import random
import sqlite3
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion import maintain
from ingestion.change_log import ensure_empty_files
from ingestion.entities import load_contract
from tests.dbt_project.compiled_staging import ENTITY, MODEL
from tests.dbt_project.conftest import VERDICTS
from tests.ingestion.conftest import SmallCompany
from warehouse import run_context
from warehouse.raw_manifest import read_manifest

USERS = """
crm_users:
  table: users
  cursor: changed
  key_compare: every_load
  timezone: UTC
  columns: {{user_id: id, full_name: name, updated_at: changed}}
  constants: {{department: {department}}}
"""
STEPS = ["put"] * 6 + ["put_late", "delete", "load", "load", "load", "crash", "remap", "schema", "maintain", "next_day"]
NEWEST = "row_number() over (partition by _key order by _version_at desc, _load_seq desc)"
STAGED = f"select _key, full_name, team, department from staging.{MODEL} order by all"


class DbtLife:
    """One company with one table of users, loaded and staged as the product does it."""

    def __init__(self, log, company: SmallCompany, chance: random.Random) -> None:
        self.log, self.company, self.chance = log, company, chance
        self.day, self.minute, self.department, self.has_team = date(2024, 6, 1), 0, "north", True
        self.known: dict[int, list] = {}
        log.settings = company.settings
        company.sql("create table users (id text primary key, name text, changed text, team text)")
        self._map()
        self._begin_day()
        ensure_empty_files(company.settings)
        company.settings.verdicts.mkdir()
        pq.write_table(pa.Table.from_pylist([], schema=VERDICTS), company.settings.verdicts / "verdicts.parquet")
        company.settings.working_file.parent.mkdir()

    def _map(self) -> None:
        self.company.source(USERS.format(department=self.department), system="crm", kind="crm")

    def _begin_day(self) -> None:
        self.company.on(self.day.isoformat())
        run_context.write(self.company.settings, self.company.company, "run", self.day)

    def play(self, step: str) -> None:
        key, value = self.chance.choice("abcdef"), self.chance.choice("xyz")
        if step.startswith("put"):
            self.minute += 1
            changed = datetime.combine(self.day, datetime.min.time()) + timedelta(minutes=self.minute)
            changed -= timedelta(minutes=30 if step == "put_late" else 0)
            told = "null" if self.chance.random() < 0.2 else f"'{changed}'"
            self.company.sql(f"insert or replace into users (id, name, changed) values ('{key}', '{value}', {told})")
            if self.has_team:
                self.company.sql(f"update users set team = '{value.upper()}' where id = '{key}'")
        elif step == "delete":
            self.company.sql(f"delete from users where id = '{key}'")
        elif step == "remap":
            self.department = {"north": "south", "south": "north"}[self.department]
            self._map()
        elif step == "schema":
            change = "drop column team" if self.has_team else "add column team text"
            self.company.sql(f"alter table users {change}")
            self.has_team = not self.has_team
        elif step == "next_day":
            self.day += timedelta(days=1)
            self._begin_day()
        elif step == "crash":
            folder = self.company.settings.raw / ENTITY / "crm" / "load_id=999999-crashed"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "part-0.parquet").write_bytes(b"half a file")
        elif step == "maintain":
            maintain.maintain(self.company.settings, self.company.company)
        else:
            self.load()

    def load(self) -> None:
        record = self.company.load()
        assert record.status != "failed", record.error
        if self.chance.random() < 0.3:
            return  # the run dies before staging is built
        self.log.build(MODEL)
        source = self.source()
        if source:
            assert self.log.rows(STAGED) == source
            self.known[record.load_seq] = source

    def source(self) -> list[tuple]:
        team = "team" if self.has_team else "null"
        with sqlite3.connect(self.company.database) as connection:
            rows = connection.execute(f"select id, name, {team}, '{self.department}' from users order by 1").fetchall()
        connection.close()
        return rows

    def as_known(self, load_seq: int) -> list[tuple]:
        rows = self.company.query(
            f"select _key, full_name, team, department from (select *, {NEWEST} as place from log "
            f"where _load_seq <= {load_seq}) where place = 1 and _change = 'upsert' order by _key",
            ENTITY,
        )
        return [tuple(row.values()) for row in rows]


@pytest.mark.slow
def test_twenty_lives_through_dbt_are_staged_as_from_nothing_and_as_known_then(change_log, tmp_path, monkeypatch):
    assert ENTITY in load_contract()
    monkeypatch.setattr(maintain, "EXPIRED_SHARE", 0)
    seed, merged = random.randrange(1 << 30), 0
    for number in range(20):
        chance = random.Random(seed + number)
        company = SmallCompany(tmp_path / str(number))
        monkeypatch.setenv("CMW_HOME", str(company.settings.home))
        life = DbtLife(change_log, company, chance)
        for step in ["put", "put", "load", *chance.choices(STEPS, k=18), "put"]:
            life.play(step)
        company.load()
        change_log.build(MODEL)
        incremental = change_log.rows(f"select * from staging.{MODEL} order by all")
        assert not life.source() or change_log.rows(STAGED) == life.source(), f"seed {seed + number}"
        change_log.build(MODEL, full=True)
        assert change_log.rows(f"select * from staging.{MODEL} order by all") == incremental, f"seed {seed + number}"
        for load_seq, then in life.known.items():
            assert life.as_known(load_seq) == then, f"as known after load {load_seq}, seed {seed + number}"
        merged += any(file.first_load_seq for file in read_manifest(company.settings).files)
    assert merged, "some lives merged files"
