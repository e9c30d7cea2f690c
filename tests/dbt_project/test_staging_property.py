"""Whatever happens: staging built step by step equals staging built from nothing equals the source, then and now."""

import tempfile
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.raw_schema import raw_schema
from ingestion.sources import load_sources
from tests.dbt_project.compiled_staging import ENTITY, CompiledStaging, compile_staging
from tests.dbt_project.users_life import UsersLife
from tests.ingestion.conftest import SmallCompany

USERS = """
crm_users:
  table: users
  cursor: changed
  key_compare: every_load
  timezone: UTC
  columns: {{user_id: id, full_name: name, updated_at: changed}}
  constants: {{department: {department}}}
"""
DEPARTMENTS = ("north", "south")
COLUMNS = "_key, full_name, team, department, updated_at"
STAGED = f"select {COLUMNS}, _load_seq, is_stale from {{}} order by all"

keys = st.sampled_from("abcd")
nothing = st.none()
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["now", "now", "late", "never", "future", "old"]), keys, st.sampled_from("xyz")),
        st.tuples(st.sampled_from(["delete", "hold"]), keys, nothing),
        st.tuples(
            st.sampled_from(["load", "load", "load", "load_full", "load_unseen", "crash", "repeat"]), nothing, nothing
        ),
        st.tuples(st.sampled_from(["remap", "schema", "release", "clock_back", "skew", "next_day"]), nothing, nothing),
    ),
    min_size=4,
    max_size=16,
)


class MemoryStaging:
    """The log and the staging table of one life in memory, built by dbt's own SQL."""

    def __init__(self, compiled: CompiledStaging, life: UsersLife) -> None:
        self.compiled, self.life = compiled, life
        self.connection = duckdb.connect()
        empty = raw_schema(life.mappings["north"].entity).empty_table()
        self.connection.register("empty", empty)
        self.connection.execute("create table whole_log as from empty")
        self.connection.execute("create view change_log as from whole_log")
        self.connection.execute(
            "create table verdicts"
            " (entity text, source_system text, key text, row_hash text, severity text, load_seq bigint)"
        )
        self.connection.execute(f"create table staged as {compiled.full}")
        self.mark: tuple[int, list] | None = None

    def append(self, file: Path | None) -> None:
        if file is not None:
            self.connection.execute(f"insert into whole_log from read_parquet('{file}')")

    def hold(self, key: str) -> None:
        """Gate 1 holds back the newest version of the key."""
        self.connection.execute(
            f"""insert into verdicts
            select '{ENTITY}', source_system, _key, _row_hash, 'critical', _load_seq from whole_log
            where _key = ? and _change = 'upsert' order by _version_at desc, _load_seq desc limit 1""",
            [key],
        )

    def release(self) -> None:
        self.connection.execute("delete from verdicts")

    def _held(self, up_to: int) -> list:
        query = "select distinct key, row_hash from verdicts where load_seq <= ? order by all"
        return self.connection.execute(query, [up_to]).fetchall()

    def build(self) -> None:
        """As the macros do: keys that came since the mark, or all when verdicts on what was staged have changed."""
        holds = self.mark is not None and self._held(self.mark[0]) == self.mark[1]
        mark = self.mark[0] if holds else -1
        self.connection.execute(f"create or replace temp table fresh as {self.compiled.incremental.format(mark=mark)}")
        self.connection.execute(self.compiled.replace.format(mark=mark))
        newest = self.connection.execute("select coalesce(max(_load_seq), 0) from whole_log").fetchone()[0]
        self.mark = (newest, self._held(newest))

    def staged(self) -> list[tuple]:
        return self.connection.execute(STAGED.format("staged")).fetchall()

    def from_nothing(self) -> list[tuple]:
        return self.connection.execute(STAGED.format(f"({self.compiled.full})")).fetchall()

    def as_known(self, load_seq: int) -> dict:
        """What staging showed after that load, of rows that nobody held back."""
        self.release()
        self.connection.execute(f"create or replace view change_log as from whole_log where _load_seq <= {load_seq}")
        rows = self.connection.execute(f"select {COLUMNS} from ({self.compiled.full})").fetchall()
        self.connection.execute("create or replace view change_log as from whole_log")
        return {row[0]: row[1:] for row in rows}

    def check(self) -> None:
        staged = self.staged()
        assert staged == self.from_nothing(), "step by step = from nothing"
        held = {key for (key,) in self.connection.execute("select key from verdicts").fetchall()}
        if self.life.rows:
            free = {row[0]: row[1:5] for row in staged if row[0] not in held}
            source = {key: row for key, row in self.life.content().items() if key not in held}
            assert free == source, "staging = the source"

    def play(self, step: str, key: str | None, value: str | None) -> None:
        life = self.life
        if step in ("now", "late", "never", "future", "old"):
            life.put(key, value, step)
        elif step == "delete":
            life.rows.pop(key, None)
        elif step == "hold":
            self.hold(key)
        elif step == "release":
            self.release()
        elif step == "remap":
            life.department = DEPARTMENTS[life.department == "north"]
        elif step == "schema":
            life.has_team = not life.has_team
        elif step in ("clock_back", "next_day"):
            life.clock += timedelta(days=1 if step == "next_day" else -1)
        elif step == "skew":  # from now on the warehouse's clock goes a day behind the source's, or right again
            life.behind = timedelta(0) if life.behind else timedelta(days=1)
        elif step == "crash":
            life.load(crash=True)
        else:
            self.append(life.load(full=step == "load_full"))
            if step == "repeat":
                assert life.load() is None, "the same again adds nothing"
            if step != "load_unseen":  # else the run dies before staging is built
                self.build()
                self.check()


@pytest.fixture
def compiled(change_log, staging_project) -> CompiledStaging:
    return compile_staging(change_log, staging_project[1])


@pytest.fixture
def mappings(tmp_path) -> dict:
    company = SmallCompany(tmp_path / "users")
    found = {}
    for department in DEPARTMENTS:
        company.source(USERS.format(department=department), system="crm", kind="crm")
        (source,) = load_sources(company.settings, company.company)
        (found[department],) = source.mappings
    return found


def live(compiled: CompiledStaging, mappings: dict, plan: list[tuple]) -> None:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        staging = MemoryStaging(compiled, UsersLife(mappings, Path(folder)))
        for step in plan:
            staging.play(*step)
        staging.play("load", None, None)
        for load_seq, then in staging.life.expected.items():
            assert staging.as_known(load_seq) == then, f"as known after load {load_seq}"
        staging.connection.close()


HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=HEALTH)
@given(plan=steps)
def test_staging_step_by_step_is_staging_from_nothing_is_the_source(compiled, mappings, plan):
    live(compiled, mappings, plan)


@pytest.mark.slow
@pytest.mark.by_chance
@settings(max_examples=1000, deadline=None, database=None, suppress_health_check=HEALTH)
@given(plan=steps)
def test_a_thousand_lives_are_staged_step_by_step_as_from_nothing_and_as_known_then(compiled, mappings, plan):
    live(compiled, mappings, plan)
