"""A company whose dbt project is tests/metrics/tiny_project, built once for all tests of the package."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from warehouse import run_context
from warehouse.company import Company
from warehouse.raw_manifest import RawManifest, SourceState, manifest_path
from warehouse.settings import Settings

TINY_PROJECT = Path(__file__).parent / "tiny_project"
ENTITIES = ("erp_orders", "erp_invoices", "svc_tickets")


def run_dbt(command: str, project: Path, home: Path) -> None:
    """dbt in a process of its own, so that no connection stays open in this one."""
    folders = ["--project-dir", str(project), "--profiles-dir", str(project), "--log-path", str(home / "dbt")]
    folders += ["--target-path", str(home / "dbt")]
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "--quiet", command, *folders],
        env={**os.environ, "CMW_HOME": str(home), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home folder with manifest and working file of the tiny project."""
    home = tmp_path_factory.mktemp("tiny_home")
    (home / "working").mkdir()
    run_dbt("run", TINY_PROJECT, home)
    return home


@pytest.fixture
def company() -> Company:
    return Company(name="Tiny", reporting_currency="CNY", minimum_base=2)


@pytest.fixture
def settings(built_home: Path, tmp_path: Path) -> Settings:
    """A copy of the built home, with the raw manifest of a company that brings every entity it needs."""
    home = tmp_path / "home"
    shutil.copytree(built_home, home)
    return Settings(config=tmp_path / "config", home=home)


@pytest.fixture
def bring(settings: Settings):
    """Says which contract entities the sources of the company bring."""

    def write(*entities: str) -> None:
        manifest = RawManifest(sources={f"acme/{entity}": SourceState() for entity in entities})
        manifest_path(settings).parent.mkdir(parents=True, exist_ok=True)
        manifest_path(settings).write_text(manifest.model_dump_json(), encoding="utf-8")

    write(*ENTITIES)
    return write


@pytest.fixture
def as_of(settings: Settings, company: Company):
    """Sets the day that the run computes for."""

    def write(day: date) -> None:
        run_context.write(settings, company, "run-1", day)

    write(date(2026, 3, 15))
    return write


@pytest.fixture
def connection(settings: Settings):
    with duckdb.connect(str(settings.working_file)) as opened:
        yield opened
