"""A company whose dbt project is tests/metrics/tiny_project, built once for all tests of the package."""

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import pytest

from metrics.catalogue import load_catalogue
from metrics.fill import fill_metric_values
from orchestration.dbt_parse import CMW_DBT
from tests.made_once import made_once
from warehouse import run_context
from warehouse.company import Company
from warehouse.raw_manifest import RawManifest, SourceState, manifest_path
from warehouse.settings import PROJECT_ROOT, Settings

TINY_PROJECT = Path(__file__).parent / "tiny_project"
ENTITIES = ("erp_orders", "erp_invoices", "svc_tickets")


def run_dbt(command: str, project: Path, home: Path) -> None:
    """dbt in a process of its own, so that no connection stays open in this one."""
    folders = ["--project-dir", str(project), "--profiles-dir", str(project), "--log-path", str(home / "dbt")]
    folders += ["--target-path", str(home / "dbt")]
    done = subprocess.run(
        [CMW_DBT, "--quiet", command, *folders],
        env={**os.environ, "CMW_HOME": str(home), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home folder with manifest and working file of the tiny project."""

    def make(home: Path) -> None:
        (home / "working").mkdir(parents=True)
        run_dbt("run", TINY_PROJECT, home)

    return made_once(tmp_path_factory, "tiny_home", make)


@pytest.fixture(scope="session")
def company() -> Company:
    return Company(name="Tiny", reporting_currency="CNY", minimum_base=2)


@pytest.fixture(scope="session")
def filled(built_home: Path, tmp_path_factory: pytest.TempPathFactory, company: Company) -> Path:
    """A company whose sources bring everything, with its metrics computed for 15 March 2026. For reading only."""
    settings = copy_of(built_home, tmp_path_factory.mktemp("filled"))
    bring(settings, *ENTITIES)
    run_context.write(settings, company, "run-1", date(2026, 3, 15))
    with duckdb.connect(str(settings.working_file)) as opened:
        fill_metric_values(opened, settings, company, "run-1")
    return settings.working_file


@pytest.fixture
def settings(built_home: Path, tmp_path: Path, company: Company) -> Settings:
    """A copy of the built home that a test may change."""
    found = copy_of(built_home, tmp_path)
    bring(found, *ENTITIES)
    run_context.write(found, company, "run-1", date(2026, 3, 15))
    return found


@pytest.fixture
def connection(settings: Settings):
    with duckdb.connect(str(settings.working_file)) as opened:
        yield opened


@pytest.fixture
def published(filled: Path):
    """A read-only connection to computed metrics."""
    with duckdb.connect(str(filled), read_only=True) as opened:
        yield opened


def copy_of(built_home: Path, folder: Path) -> Settings:
    shutil.copytree(built_home, folder / "home")
    return Settings(config=folder / "config", home=folder / "home")


def bring(settings: Settings, *entities: str) -> None:
    """Says which contract entities the sources of the company bring."""
    manifest = RawManifest(sources={f"acme/{entity}": SourceState() for entity in entities})
    manifest_path(settings).parent.mkdir(parents=True, exist_ok=True)
    manifest_path(settings).write_text(manifest.model_dump_json(), encoding="utf-8")


@pytest.fixture(scope="session")
def product_manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """dbt's manifest of the product's own project."""

    def make(home: Path) -> None:
        run_dbt("parse", PROJECT_ROOT / "dbt_project", home)

    return made_once(tmp_path_factory, "product", make) / "dbt" / "manifest.json"


@pytest.fixture
def change(built_home: Path, tmp_path: Path):
    """Loads the tiny project's catalogue after a change of one metric's node or meta, or with a ``contract``."""
    manifest = json.loads((built_home / "dbt" / "manifest.json").read_text(encoding="utf-8"))

    def load(metric: str, node: dict | None = None, drop: str = "", contract: str = "", **meta):
        if contract:
            manifest["macros"]["macro.tiny.contract"] = {"macro_sql": contract}
        found = manifest["metrics"][f"metric.tiny.{metric}"]
        found.update(node or {})
        found["config"]["meta"].update(meta)
        found["config"]["meta"].pop(drop, None)
        path = tmp_path / "manifest.json"
        path.write_text(json.dumps(manifest), encoding="utf-8")
        return load_catalogue(path)

    return load
