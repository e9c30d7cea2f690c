"""A run that finds nothing new changes nothing, says so, and imports nothing heavy."""

import hashlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ROOT
from warehouse.raw_manifest import read_manifest
from warehouse.settings import Settings

# Where a run says that it was there: Dagster's records, and the log of what libraries print.
NOTES = ("dagster", "logs")


def _files(home: Path) -> dict[str, str]:
    """The content of every file that is data: sources, change log, verdicts, working file, published versions."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
        and path.relative_to(home).parts[0] not in (*NOTES, "handover")
        and not path.name.startswith("operational.db")
        and path.suffix != ".lock"
        and path != home / "raw" / "manifest.json"
    }


def _store(home: Path) -> dict[str, list[tuple]]:
    """Every row of every table of the operational store."""
    with sqlite3.connect(home / "operational.db") as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        rows = {name: sorted(connection.execute(f'select * from "{name}"').fetchall(), key=repr) for name in tables}
    connection.close()
    return rows


def test_a_run_with_nothing_new_changes_nothing_says_so_and_imports_nothing_heavy(changing_company):
    home = changing_company.home
    pointer = (home / "published" / "current").resolve()
    files, store, log = _files(home), _store(home), read_manifest(Settings(config=ROOT / "config", home=home))
    code = (
        "import sys; from orchestration import environment; from orchestration.execute import run_company;"
        "outcome = run_company(environment.prepare());"
        "loaded = {name.split('.')[0] for name in sys.modules};"
        "heavy = {'dbt', 'great_expectations', 'metricflow', 'dagster_dbt'} & loaded;"
        "print(outcome.state, sorted(heavy))"
    )
    command = [sys.executable, "-c", code]
    env = changing_company.environment
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "nothing_new []"
    assert "Nothing new" in changing_company.cmw("run")

    assert (home / "published" / "current").resolve() == pointer
    assert {name for name, _ in _files(home).items() ^ files.items()} == set()
    store_after = _store(home)
    assert {name for name in store if store_after[name] != store[name]} == set()
    after = read_manifest(Settings(config=ROOT / "config", home=home))
    assert after.files == log.files
    assert {load.status for load in after.loads[len(log.loads) :]} == {"unchanged"}


@pytest.mark.slow
def test_what_was_read_again_while_a_run_built_is_new_to_the_next_one(changing_company):
    """It was taken for published: the next run said that nothing was new, and a month could be closed without it."""
    company = changing_company
    company.cmw("demo", "advance", "--days", "1")
    process = company.start("run")
    for line in iter(process.stdout.readline, b""):
        if b"Building core" in line:
            break
    with sqlite3.connect(company.home / "demo" / "crm.db") as connection:
        connection.execute("update sales_stage set seq = seq + 100")
    connection.close()
    company.cmw("sources", "backfill", "crm/crm_stages", "2000-01-01", "2030-12-31")
    process.stdout.read()
    assert process.wait() == 0
    assert "Rows were read that the published values have not seen" in company.cmw("close", status=1)
    assert "Nothing new" not in company.cmw("run")
    assert "Nothing new" in company.cmw("run")
