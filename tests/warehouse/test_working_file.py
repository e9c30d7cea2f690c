"""The working file opens once, says who is in the way, and is let go of."""

import subprocess
import sys

import duckdb
import pytest

from warehouse.errors import CmwError
from warehouse.working_file import connect, release

OPENING = "import duckdb, sys; kept = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.readline()"


def test_a_file_that_another_process_has_open_is_named_with_the_remedy(settings):
    connect(settings).close()
    command = [sys.executable, "-c", OPENING, str(settings.working_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "open\n"
        with pytest.raises(CmwError, match="open in another process"):
            connect(settings)
        other.communicate("\n")
    connect(settings).close()


def test_a_damaged_file_is_named_with_the_way_to_rebuild_it(settings):
    settings.working_file.parent.mkdir(parents=True)
    settings.working_file.write_bytes(b"no database" * 1000)
    with pytest.raises(CmwError, match="cmw run --full"):
        connect(settings)


def test_reading_before_the_first_run_says_what_to_run(settings):
    with pytest.raises(CmwError, match="cmw run"):
        connect(settings, read_only=True)


def test_times_are_utc(settings):
    with connect(settings) as connection:
        assert connection.execute("select current_setting('TimeZone')").fetchone() == ("UTC",)


def test_what_dbt_keeps_open_is_closed_so_that_another_process_can_open_the_file(settings):
    from dbt.adapters.duckdb import connections
    from dbt.adapters.duckdb.credentials import DuckDBCredentials
    from dbt.adapters.duckdb.environments import create

    settings.working_file.parent.mkdir(parents=True)
    credentials = DuckDBCredentials(path=str(settings.working_file), schema="main", database="warehouse")
    environment = create(credentials)
    connections.DuckDBConnectionManager._ENV = environment
    handle = environment.handle()
    handle.cursor().execute("create table t as select 1 as one")
    opening = [sys.executable, "-c", "import duckdb, sys; duckdb.connect(sys.argv[1])", str(settings.working_file)]
    assert subprocess.run(opening, capture_output=True, check=False).returncode != 0
    handle.close()
    del handle, environment
    release()
    assert subprocess.run(opening, capture_output=True, check=False).returncode == 0
    with duckdb.connect(str(settings.working_file)) as connection:
        assert connection.execute("select one from t").fetchone() == (1,)
