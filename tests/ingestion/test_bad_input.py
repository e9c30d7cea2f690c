"""Real failures: one clear sentence with the remedy, nothing lost, and the next run mends it."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from ingestion.extract import extract
from ingestion.extract_lock import extraction_lock
from ingestion.log_health import inspect_log
from warehouse.errors import CmwError
from warehouse.raw_manifest import read_manifest
from warehouse.settings import PROJECT_ROOT, Settings

PRODUCTS = "erp_products: {table: p}\nerp_orders: {table: o, constants: {status: confirmed}}"
TABLES = """
create table p (product_code text, product_name text); insert into p values ('1', 'one');
create table o (order_id text, order_date text); insert into o values ('1', '2024-05-01');
"""


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_missing_required_column_fails_its_entity_alone(small_company):
    small_company.source(PRODUCTS)
    small_company.sql(TABLES + "alter table o rename column order_date to order_day;")
    products, orders = small_company.extract().loads
    assert products.status == "loaded"
    assert orders.status == "failed"
    assert "shop.yml: erp_orders: o has no column 'order_date' for the required order_date" in orders.error
    assert "Did you mean order_day" in orders.error
    assert small_company.rows("erp_orders") == []
    small_company.sql("alter table o rename column order_day to order_date")
    assert small_company.extract().loads[1].status == "loaded"


def test_a_missing_table_is_told_with_the_nearest_name(small_company):
    small_company.source("erp_products: {table: prodcts}")
    small_company.sql("create table products (product_code text)")
    record = small_company.load()
    assert (record.status, record.error) == (
        "failed",
        "shop.yml: erp_products: the source has no table 'prodcts'. Did you mean products.",
    )


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_refused_connection_fails_that_source_and_loads_the_others(small_company, scheme, monkeypatch):
    port = closed_port()
    monkeypatch.setenv("AWAY_PW", "Pa55word")
    small_company.source(PRODUCTS, system="away", connection=f"{scheme}://user:${{AWAY_PW}}@127.0.0.1:{port}/db")
    small_company.source("erp_products: {table: p}")
    small_company.sql(TABLES)
    result = small_company.extract()
    assert [(load.source_system, load.status) for load in result.loads] == [
        ("away", "failed"),
        ("away", "failed"),
        ("shop", "loaded"),
    ]
    assert "Start the server, or correct host and port" in result.loads[0].error
    everything = (small_company.settings.raw / "manifest.json").read_text(encoding="utf-8")
    assert "Pa55word" not in everything and "***" in result.loads[0].error


def test_a_sqlite_file_that_is_not_there_is_told_and_not_created(small_company):
    small_company.source(PRODUCTS)
    assert "source.db does not exist" in small_company.extract().loads[0].error
    assert not small_company.database.exists()


def test_a_file_that_is_no_sqlite_database_is_told(small_company):
    small_company.source("erp_products: {table: p}")
    small_company.database.write_bytes(b"this is no database" * 100)
    assert "is not a SQLite database" in small_company.load().error


def test_an_empty_table_loads_as_nothing(small_company):
    small_company.source("erp_products: {table: p}")
    small_company.sql("create table p (product_code text, product_name text)")
    record = small_company.load()
    assert (record.status, record.rows_read, record.error) == ("unchanged", 0, "")


def test_a_locked_database_is_told_and_read_when_it_is_free(small_company, monkeypatch):
    monkeypatch.setattr("ingestion.connection.CONNECT_SECONDS", 0.2)
    small_company.source(PRODUCTS)
    small_company.sql(TABLES)
    writer = sqlite3.connect(small_company.database, isolation_level=None)
    writer.execute("begin exclusive")
    result = small_company.extract()
    assert [load.status for load in result.loads] == ["failed", "failed"]
    assert "is locked by another program" in result.loads[0].error
    writer.execute("commit")
    writer.close()
    assert [load.status for load in small_company.extract().loads] == ["loaded", "loaded"]


def test_text_that_is_not_utf8_in_a_database_is_told(small_company):
    small_company.source("erp_products: {table: p}")
    small_company.sql(
        "create table p (product_code text, product_name text); insert into p values ('1', cast(x'b0a1' as text))"
    )
    record = small_company.load()
    assert record.status == "failed" and "text that is not UTF-8" in record.error


def test_a_wrong_condition_is_told_and_does_not_hurt_the_next_entity(small_company):
    small_company.source(
        "erp_products: {table: p, where: 'no_such = 1'}\nerp_orders: {table: o, constants: {status: draft}}"
    )
    small_company.sql(TABLES)
    products, orders = small_company.extract().loads
    assert products.status == "failed" and "no such column" in products.error
    assert orders.status == "loaded"


EXTRACT = """
import sys
from pathlib import Path
from ingestion.extract import extract
from warehouse.company import load_company
from warehouse.settings import Settings
import resource
limit = int(sys.argv[3])
if limit:
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
settings = Settings(config=Path(sys.argv[1]), home=Path(sys.argv[2]))
print("ready", flush=True)
result = extract(settings, load_company(settings), run_id="other")
for load in result.loads:
    print(load.entity, load.status, load.error, flush=True)
"""


def other_process(company, limit: int = 0) -> subprocess.Popen:
    command = [sys.executable, "-c", EXTRACT, str(company.settings.config), str(company.settings.home), str(limit)]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def many_products(company, count: int) -> None:
    company.source("erp_products: {table: p}")
    company.sql("create table p (product_code text, product_name text)")
    with sqlite3.connect(company.database) as connection:
        connection.executemany("insert into p values (?, ?)", ((f"P{n}", os.urandom(12).hex()) for n in range(count)))


def test_a_disk_that_fills_up_loses_nothing_and_the_next_run_mends_it(small_company):
    many_products(small_company, 20_000)
    process = other_process(small_company, limit=150_000)
    output, _ = process.communicate(timeout=60)
    assert "erp_products failed" in output and "the disk of the data folder is full" in output, output
    assert small_company.rows("erp_products") == []
    assert list(small_company.settings.raw.glob("erp_products/shop/*")) == []
    record = small_company.load()
    assert (record.status, record.new_versions) == ("loaded", 20_000)


def test_a_run_killed_at_any_moment_leaves_the_old_or_the_new_state(small_company):
    many_products(small_company, 60_000)
    killed = 0
    for moment in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6):
        process = other_process(small_company)
        assert process.stdout.readline() == "ready\n"
        time.sleep(moment)
        process.kill()
        killed += process.wait() == -9
        manifest = read_manifest(small_company.settings)
        rows = sum(file.rows for file in manifest.files)
        assert rows in (0, 60_000)
        assert len(small_company.newest("erp_products", "_key")) == rows if manifest.files else rows == 0
    assert killed
    record = small_company.load(full=True)
    assert record.status in ("loaded", "unchanged")
    assert len(small_company.newest("erp_products", "_key")) == 60_000
    named = {small_company.settings.raw / file.path for file in read_manifest(small_company.settings).files}
    assert set(small_company.settings.raw.rglob("*.parquet")) == named, "leftovers are removed at the next start"


def test_a_second_extraction_says_that_the_first_is_at_work(small_company):
    small_company.source("erp_products: {table: p}")
    small_company.sql("create table p (product_code text)")
    events = []
    with (
        extraction_lock(small_company.settings, 0, lambda *_: None),
        pytest.raises(CmwError, match=f"Another extraction \\(process {os.getpid()}\\) is at work"),
    ):
        small_company.extract(wait_seconds=0.3, report=lambda event, details: events.append(event))
    assert events == ["waiting"]
    assert small_company.load().status == "unchanged"


def test_a_second_extraction_waits_for_the_first(small_company):
    small_company.source("erp_products: {table: p}")
    small_company.sql("create table p (product_code text)")
    waiting = threading.Event()
    done = []
    with extraction_lock(small_company.settings, 0, lambda *_: None):
        second = threading.Thread(
            target=lambda: done.append(small_company.extract(wait_seconds=30, report=lambda *_: waiting.set()))
        )
        second.start()
        assert waiting.wait(10)
        assert done == []
    second.join(30)
    assert [load.status for load in done[0].loads] == ["unchanged"]


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MB, where this machine lets us mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_at_any_size_leaves_a_whole_log(small_company, small_disk, monkeypatch):
    store = small_company.settings.home / "operational.db"  # lies elsewhere: the disk of the change log is full
    monkeypatch.setenv("CMW_OPERATIONAL_STORE", f"sqlite:///{store}")
    many_products(small_company, 5_000)
    disk = Settings(config=small_company.settings.config, home=small_disk)
    text = (disk.config / "sources" / "shop.yml").read_text(encoding="utf-8")
    (disk.config / "sources" / "shop.yml").write_text(
        text.replace("${CMW_HOME}", str(small_company.settings.home)), encoding="utf-8"
    )
    ballast = small_disk / "ballast"
    outcomes = set()
    for free in range(20, 700, 40):
        shutil.rmtree(disk.raw, ignore_errors=True)
        ballast.write_bytes(b"x" * (1_040_000 - free * 1024))
        try:
            (record,) = extract(disk, small_company.company, run_id="full").loads
            outcomes.add(record.status)
            assert record.status == "loaded" or "the disk of the data folder is full" in record.error, record.error
        except CmwError as error:
            outcomes.add("refused")
            assert "is full; what was committed before is whole" in error.what
        assert sum(file.rows for file in read_manifest(disk).files) in (0, 5_000)
        assert [fault for fault in inspect_log(disk) if fault.severity == "error"] == []
    ballast.unlink()
    (record,) = extract(disk, small_company.company, run_id="free").loads
    assert record.status in ("loaded", "unchanged")
    assert sum(file.rows for file in read_manifest(disk).files) == 5_000
    assert {"refused", "failed", "loaded"} <= outcomes, outcomes
