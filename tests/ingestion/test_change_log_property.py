"""Whatever happens to a source, and however it is read: the log's newest versions are the source, then and now.

Each life goes through real extraction, files and manifest; a thousand more go through the compiled staging SQL in
tests/dbt_project/test_staging_property.py, and twenty through real dbt in test_staging_lives.py.
"""

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingestion.conftest import SmallCompany

START = date(2024, 6, 1)
ORDERS = """
erp_orders:
  table: orders
  cursor: changed
  key_compare: every_load
  columns: {{order_id: id, order_date: day, updated_at: changed}}
  constants: {{status: {status}}}
"""
keys = st.sampled_from("abcde")
values = st.sampled_from(["N", "S", "", None])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), keys, values),
        st.tuples(st.just("put_without_time"), keys, values),
        st.tuples(st.just("put_late"), keys, values),
        st.tuples(st.just("put_in_future"), keys, values),
        st.tuples(st.just("restore_old"), keys, values),
        st.tuples(st.just("delete"), keys, st.none()),
        st.tuples(st.just("remap"), st.none(), st.sampled_from(["confirmed", "shipped"])),
        st.tuples(st.just("crash"), st.none(), st.none()),
        st.tuples(st.just("next_day"), st.none(), st.none()),
        st.tuples(st.sampled_from(["load", "load", "load_full"]), st.none(), st.none()),
    ),
    min_size=3,
    max_size=14,
)


class Life:
    """Plays the steps and notes, after each load, what the source held."""

    def __init__(self, company: SmallCompany) -> None:
        self.company, self.day, self.tick, self.status = company, START, 0, "confirmed"
        self.known: list[tuple[int, dict]] = []
        self.needs_full, self.alive = False, set()
        company.source(ORDERS.format(status=self.status))
        company.sql("create table orders (id text primary key, day text, changed text, region text)")
        company.on(self.day.isoformat())

    def _put(self, key: str, value: str | None, changed: datetime | None) -> None:
        told = "null" if changed is None else f"'{changed.isoformat(sep=' ')}'"
        region = "null" if value is None else f"'{value}'"
        self.company.sql(f"insert or replace into orders values ('{key}', '2024-05-01', {told}, {region})")

    @property
    def _now(self) -> datetime:
        self.tick += 1
        return datetime.combine(self.day, datetime.min.time()) + timedelta(minutes=self.tick)

    def play(self, step: str, key: str, value: str) -> None:
        if step == "put":
            self._put(key, value, self._now)
        elif step == "put_without_time":
            self._put(key, value, None)
        elif step == "put_late":
            self._put(key, value, self._now - timedelta(minutes=30))  # within the overlap of an hour
        elif step == "put_in_future":
            self._put(key, value, datetime(2999, 1, 1))
        elif step == "restore_old":
            self._put(key, value, datetime(2020, 1, 1))
            self.needs_full |= key in self.alive  # of a key that is there only a full read shows the change
        elif step == "delete":
            self.company.sql(f"delete from orders where id = '{key}'")
        elif step == "remap":
            self.status = value
            self.company.source(ORDERS.format(status=value))
        elif step == "next_day":
            self.day += timedelta(days=1)
            self.company.on(self.day.isoformat())
        elif step == "crash":
            folder = self.company.settings.raw / "erp_orders" / "shop" / "load_id=999999-crashed"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "part-0.parquet").write_bytes(b"half a file")
        else:
            self.load(full=step == "load_full" or self.needs_full)

    def load(self, full: bool) -> None:
        record = self.company.load(full=full)
        assert record.status != "failed", record.error
        assert record.rows_read == record.new_versions + record.unchanged, "each is counted by itself"
        self.needs_full = False
        source = self.source()
        emptied = any("is empty" in finding for finding in record.findings)
        logged = self.log()
        self.alive = set(logged)
        if not emptied:
            assert logged == source
            self.known.append((record.load_seq, source))
        assert self.company.load(full=full).status == "unchanged", "the same again adds nothing"

    def source(self) -> dict:
        import sqlite3

        with sqlite3.connect(self.company.database) as connection:
            rows = connection.execute("select id, region from orders").fetchall()
        connection.close()
        return {key: (region, self.status) for key, region in rows}

    def log(self, until: int | None = None) -> dict:
        """Newest version per key of the loads up to `until`."""
        bound = "true" if until is None else f"_load_seq <= {until}"
        newest = "row_number() over (partition by _key order by _version_at desc, _load_seq desc)"
        rows = self.company.query(
            f"select _key, region, status from (select *, {newest} as place from log where {bound}) "
            "where place = 1 and _change = 'upsert'",
            "erp_orders",
        )
        return {row["_key"]: (row["region"], row["status"]) for row in rows}


def live(plan: list[tuple]) -> None:
    memory = Path("/dev/shm")
    in_memory = memory if memory.is_dir() else None  # a life syncs some hundred files
    with tempfile.TemporaryDirectory(dir=in_memory) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CMW_TODAY", START.isoformat())
        life = Life(SmallCompany(Path(folder)))
        for step, key, value in plan:
            life.play(step, key, value)
        life.load(full=life.needs_full)
        for load_seq, then in life.known:
            assert life.log(until=load_seq) == then, f"as known after load {load_seq}"


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps)
def test_the_newest_versions_are_the_source_after_every_load(plan):
    live(plan)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_the_newest_versions_are_the_source_after_every_load_of_a_hundred_lives(plan):
    live(plan)
