"""What becomes of connections: how many there are, what ends them, and how they are begun again."""

import socket
import threading
import time
import uuid
from contextlib import contextmanager
from itertools import pairwise

import pytest
import sqlalchemy as sa

from ingestion.connection import open_engine
from tests.ingestion.servers import execute, needed

servers = pytest.mark.servers
SLOW_ROWS = {
    "postgres": "select n::text as product_code, repeat('x', 500) as product_name"
    " from generate_series(1, 2000) as n where pg_sleep(0.0005) is not null and '{mark}' <> ''",
    "mysql": "select seq as product_code, repeat('x', 500) as product_name"
    " from seq_1_to_2000 where sleep(0.0005) = 0 and '{mark}' <> ''",
}
RUNNING = {
    "postgres": "select pid from pg_stat_activity where query like '%%{mark}%%' and query like 'copy%%'"
    " and state = 'active' and pid <> pg_backend_pid()",
    "mysql": "select id from information_schema.processlist where info like '%%{mark}%%' and id <> connection_id()",
}
KILL = {"postgres": "select pg_terminate_backend({})", "mysql": "kill {}"}


@pytest.fixture(params=["postgres", "mysql"])
def server(request):
    return request.param, needed(request.param)


class Killer:
    """Kills the connections whose statement holds the mark, in mid-read, the first `most` of them."""

    def __init__(self, name: str, url: str, mark: str, most: int) -> None:
        self._name, self._mark, self._most = name, mark, most
        self._engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        self.killed: list[tuple[int, float, float]] = []  # connection, when it was seen, when its end was asked for
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._ended.set()
        self._thread.join()
        self._engine.dispose()

    def _work(self) -> None:
        with self._engine.connect() as connection:
            while not self._ended.wait(0.02) and len(self.killed) < self._most:
                found = connection.exec_driver_sql(RUNNING[self._name].format(mark=self._mark)).scalars().all()
                for victim in set(found) - {number for number, _, _ in self.killed}:
                    seen = time.monotonic()
                    time.sleep(0.2)  # so that rows are under way
                    asked = time.monotonic()
                    connection.exec_driver_sql(KILL[self._name].format(victim))
                    self.killed.append((victim, seen, asked))


@servers
@pytest.mark.parametrize(("kills", "status"), [(1, "loaded"), (9, "failed")])
def test_a_connection_killed_in_mid_read_is_opened_again_after_a_pause_that_grows(small_company, server, kills, status):
    name, url = server
    mark = f"cmw_{uuid.uuid4().hex[:12]}"
    small_company.source(f'erp_products: {{query: "{SLOW_ROWS[name].format(mark=mark)}"}}', connection=url)
    with Killer(name, url, mark, kills) as killer:
        record = small_company.load()
    assert record.status == status, record.error
    if status == "loaded":
        assert (record.rows_read, record.source_rows, len(killer.killed)) == (2000, 2000, 1)
        return
    assert "broke off while reading" in record.error and small_company.rows("erp_products") == []
    assert len(killer.killed) == 3, "three attempts"
    pauses = [seen - asked for (_, _, asked), (_, seen, _) in pairwise(killer.killed)]
    assert pauses[0] >= 0.5 and pauses[1] >= 1.0, pauses


@contextmanager
def slamming_door():
    """A port that takes connections and closes them at once; yields its number and when somebody came."""
    came: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                came.append(time.monotonic())
                client.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1], came
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize("dialect", ["postgresql", "mysql"])
def test_a_server_that_hangs_up_is_called_three_times_with_growing_pauses(small_company, monkeypatch, dialect):
    with slamming_door() as (port, came):
        monkeypatch.setenv("SHOP_PW", "S3cret!x")
        small_company.source("erp_products: {table: p}", connection=f"{dialect}://u:${{SHOP_PW}}@127.0.0.1:{port}/d")
        record = small_company.load()
    assert record.status == "failed" and "S3cret!x" not in record.model_dump_json()
    pauses = [later - earlier for earlier, later in pairwise(came)]
    assert len(came) == 3 and pauses[0] >= 0.5 and pauses[1] >= 1.0, pauses


def test_a_refused_port_is_told_at_once(small_company):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    small_company.source(
        "erp_products: {table: p}\nerp_customers: {table: c}", connection=f"mysql://u@127.0.0.1:{port}/d"
    )
    started = time.monotonic()
    records = small_company.extract().loads
    assert {record.status for record in records} == {"failed"} and time.monotonic() - started < 5
    assert all("refuses connections" in record.error for record in records)


@servers
def test_a_source_has_one_connection_and_whoever_wants_another_waits_for_it(server):
    _, url = server
    engine = open_engine(url, "shop.yml", 30)
    number = sa.text("select pg_backend_pid()" if engine.dialect.name == "postgresql" else "select connection_id()")
    second: list[int] = []

    def take_second() -> None:
        with engine.connect() as connection:
            second.append(connection.scalar(number))

    with engine.connect() as one:
        first = one.scalar(number)
        waiting = threading.Thread(target=take_second)
        waiting.start()
        waiting.join(1)
        assert second == [], "the second waits"
    waiting.join(10)
    assert second == [first], "and gets the one that was given back"
    engine.dispose()


@servers
def test_what_is_read_after_a_lost_connection_is_told_to_come_from_a_later_snapshot(small_company, server):
    name, url = server
    mark = f"cmw_{uuid.uuid4().hex[:12]}"
    ready = "select 'a' as agent_id, 'A' as full_name"
    slow = SLOW_ROWS[name].format(mark=mark)
    small_company.source(
        f'svc_agents: {{query: "{ready}"}}\nerp_products: {{query: "{slow}"}}\n'
        f'crm_users: {{query: "{ready}", columns: {{user_id: agent_id}}}}',
        connection=url,
    )
    with Killer(name, url, mark, 1) as killer:
        loads = small_company.extract().loads
    assert [load.status for load in loads] == ["loaded"] * 3 and len(killer.killed) == 1
    told = [any("later snapshot" in finding for finding in load.findings) for load in loads]
    assert told == [False, True, True]


@servers
def test_a_statement_of_mariadb_that_takes_too_long_is_ended_by_the_server_and_told(small_company):
    long = "select count(*) as product_code from seq_1_to_1000000 as a, seq_1_to_1000000 as b where a.seq + b.seq < 0"
    url = needed("mysql")
    small_company.source(f'erp_products: {{query: "{long}"}}', connection=url, more="statement_timeout: 1s\n")
    started = time.monotonic()
    record = small_company.load()
    assert "took longer than statement_timeout" in record.error and time.monotonic() - started < 20
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        left = "select count(*) from information_schema.processlist where info like 'select count(*) as product_code%%'"
        assert connection.exec_driver_sql(left).scalar() == 0
    engine.dispose()


@contextmanager
def postgres_database(more: str = ""):
    """A database of PostgreSQL's own, as a URL and with a connection that administers it."""
    admin = sa.create_engine(needed("postgres"), isolation_level="AUTOCOMMIT")
    name = f"cmw_{uuid.uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"create database {name} {more}")
        try:
            yield admin.url.set(database=name).render_as_string(hide_password=False), name, connection
        finally:
            connection.exec_driver_sql(f"drop database {name} with (force)")
    admin.dispose()


@servers
def test_a_database_in_another_encoding_is_read_as_it_is_meant(small_company):
    with postgres_database("encoding 'EUC_CN' locale 'C' template template0") as (url, _, _):
        utf8 = sa.make_url(url).set(query={"client_encoding": "utf8"}).render_as_string(hide_password=False)
        execute(utf8, "create table p (product_code text)", "insert into p values ('轴承')")
        small_company.source("erp_products: {table: p}", connection=url)
        assert small_company.load().status == "loaded"
        assert small_company.rows("erp_products")[0]["product_code"] == "轴承"


@servers
@pytest.mark.parametrize(
    ("setting", "declared", "literal", "expected"),
    [
        ("extra_float_digits = 0", "float8", "0.30000000000000004", "0.30000000000000004"),
        ("extra_float_digits = -3", "float8", "1234567890123.4568", "1234567890123.4568"),
        ("extra_float_digits = 0", "float4", "16777216", "16777216"),
        ("intervalstyle = iso_8601", "interval", "'1 day 2 hours'", "1 day 02:00:00"),
        ("datestyle = German", "date[]", "'{2024-05-01}'", "{2024-05-01}"),
        ("timezone = 'Asia/Tokyo'", "timestamptz[]", "'{2024-05-01 08:00+00}'", '{"2024-05-01 08:00:00+00"}'),
        ("bytea_output = escape", "bytea", "'\\xe8bdb4'", None),
    ],
)
def test_what_a_database_has_set_bends_no_value(small_company, setting, declared, literal, expected):
    with postgres_database() as (url, name, admin):
        admin.exec_driver_sql(f"alter database {name} set {setting}")
        execute(url, f"create table p (product_code int, product_name {declared})")
        execute(url, f"insert into p values (1, {literal})")
        small_company.source("erp_products: {table: p}", connection=url)
        record = small_company.load()
        assert record.status == "loaded", record.error
        (row,) = small_company.rows("erp_products", "product_name, _rejected")
        assert row["product_name"] == expected
        assert row["_rejected"] == (None if expected else '{"product_name":"\\\\xe8bdb4"}')


@servers
@pytest.mark.parametrize("characters", [2_400_000, 7_000_000])  # of three bytes each
def test_a_row_of_postgresql_is_carried_however_wide_it_is(small_company, characters):
    url, table = needed("postgres"), f"cmw_{uuid.uuid4().hex[:12]}"
    try:
        execute(url, f"create table {table} (product_code int, product_name text, category text)")
        few = ", ".join(f"({number}, 'a\\tb', E'c\\nd')" for number in range(2, 5000))
        execute(url, f"insert into {table} values (0, 'x', 'z'), (1, repeat('轴', {characters}), 'y'), {few}")
        small_company.source(f"erp_products: {{table: {table}}}", connection=url)
        record = small_company.load()
        assert (record.status, record.rows_read) == ("loaded", 5000), record.error
        rows = small_company.rows("erp_products", "product_name, category, _key, _load_seq")
        wide = {row["_key"]: row for row in rows}
        assert wide["1"]["product_name"] == "轴" * characters and wide["1"]["category"] == "y"
        assert (wide["4999"]["product_name"], wide["4999"]["category"]) == ("a\\tb", "c\nd")
        assert small_company.load().status == "unchanged"
    finally:
        execute(url, f"drop table if exists {table}")


@servers
def test_a_row_of_mariadb_above_sixteen_megabytes_is_carried(small_company):
    url, table = needed("mysql"), f"cmw_{uuid.uuid4().hex[:12]}"
    execute(url, f"create table {table} (id int primary key, a longtext, b longtext) character set utf8mb4")
    try:
        execute(url, f"insert into {table} values (1, repeat('轴', 3000000), repeat('b', 9000000)), (2, 'x', 'y')")
        mapped = "columns: {product_code: id, product_name: a, category: b}"
        small_company.source(f"erp_products: {{table: {table}, {mapped}}}", connection=url)
        record = small_company.load()
        assert record.status == "loaded", record.error
        rows = small_company.rows("erp_products", "product_name, category")
        assert [(row["product_name"], row["category"]) for row in rows] == [
            ("轴" * 3_000_000, "b" * 9_000_000),
            ("x", "y"),
        ]
    finally:
        execute(url, f"drop table {table}")
