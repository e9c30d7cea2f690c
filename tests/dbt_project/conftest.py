"""dbt in this process on a small change log: parsed once, then each build takes fractions of a second."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse import run_context
from warehouse.company import Company
from warehouse.settings import PROJECT_ROOT, Settings

PROJECT = PROJECT_ROOT / "dbt_project"
VERDICTS = pa.schema(
    [
        *((name, pa.string()) for name in ("entity", "source_system", "key", "row_hash", "rule", "rule_version")),
        ("severity", pa.string()),
        ("load_seq", pa.int64()),
        ("judged_at", pa.timestamp("us")),
    ]
)


@pytest.fixture(scope="session")
def staging_project(tmp_path_factory) -> tuple[Any, Path]:
    """A project of staging alone, parsed: dbt's manifest, and its folder. The whole one is slower for each build."""
    return _parsed(tmp_path_factory.mktemp("staging_project"), ["models/staging"])


MONEY_MODELS = (
    "int_quoted_rates int_exchange_rates int_cancellations int_invoice_amounts fct_invoices fct_payments "
    "fct_receivable_adjustments int_credit_fallbacks fct_payment_allocations fct_gl_entries int_held_back_verdicts "
    "int_held_back_documents int_held_back_entries"
)


@pytest.fixture(scope="session")
def money_project(tmp_path_factory) -> tuple[Any, Path]:
    """Staging, identity and the documents of finance that read the change log themselves."""
    models = [f"models/core/finance/{name}.sql" for name in MONEY_MODELS.split()]
    return _parsed(tmp_path_factory.mktemp("money_project"), ["models/staging", "models/identity", *models])


def _parsed(folder: Path, models: list[str]) -> tuple[Any, Path]:
    from dbt.cli.main import dbtRunner

    for name in ("dbt_project.yml", "profiles.yml", "macros", *models):
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copyfile
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy(PROJECT / name, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CMW_HOME", str(folder))
        result = dbtRunner().invoke(["parse", *_folders(folder)])
    assert result.success, result.exception
    return result.result, folder


def _folders(folder: Path) -> list[str]:
    project = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    return [*project, "--target-path", str(folder / "target"), "--log-path", str(folder / "target"), "--quiet"]


@dataclass
class ChangeLog:
    """A company's home whose raw change log a test writes by hand."""

    settings: Settings
    build: Callable[..., None]
    load_seq: int = 0
    verdicts: list[dict[str, Any]] = field(default_factory=list)

    def begin(self, as_of: date = date(2026, 6, 30)) -> None:
        from ingestion.change_log import ensure_empty_files

        ensure_empty_files(self.settings)
        (self.settings.home / "working").mkdir(parents=True, exist_ok=True)
        run_context.write(self.settings, Company(name="Test", reporting_currency="CNY"), "run", as_of)
        self.judge()

    def load(self, entity: str, rows: list[dict[str, Any]], source_system: str = "erp") -> int:
        """One load of rows: contract columns, ``_key``, and what else of the log's columns matters."""
        self.load_seq += 1
        empty = self.settings.raw / entity / "_empty.parquet"
        relative = Path(entity) / source_system / f"load_id={self.load_seq}" / "part-0.parquet"
        path = self.settings.raw / relative
        path.parent.mkdir(parents=True)
        usual = {"source_system": source_system, "_load_seq": self.load_seq, "_change": "upsert"}
        usual |= {
            "_load_id": str(self.load_seq),
            "_loaded_at": datetime(2026, 6, 1),
            "_version_at": datetime(2026, 6, 1),
        }
        full = [usual | {"_row_hash": json.dumps(row, default=str)} | row for row in rows]
        pq.write_table(pa.Table.from_pylist(full, schema=pq.read_schema(empty)), path)
        manifest = self.settings.raw / "manifest.json"
        content = json.loads(manifest.read_text())
        entry = {"entity": entity, "source_system": source_system, "load_id": str(self.load_seq)}
        entry |= {"load_seq": self.load_seq, "path": str(relative), "rows": len(rows)}
        content["files"].append(entry)
        manifest.write_text(json.dumps(content))
        return self.load_seq

    def judge(self) -> None:
        """Writes the verdicts as gate 1 would."""
        self.settings.verdicts.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pylist(self.verdicts, schema=VERDICTS)
        pq.write_table(table, self.settings.verdicts / "verdicts.parquet")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.working_file), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def change_log(staging_project, tmp_path, monkeypatch) -> ChangeLog:
    return _change_log(staging_project, tmp_path, monkeypatch)


@pytest.fixture
def money_log(money_project, tmp_path, monkeypatch) -> ChangeLog:
    """A change log with an identity map that knows nobody: every document is unassigned."""
    from identity.output import MAP, QUEUE

    log = _change_log(money_project, tmp_path, monkeypatch)
    folder = log.settings.home / "identity"
    folder.mkdir()
    pq.write_table(MAP.empty_table(), folder / "customer_identity_map.parquet")
    pq.write_table(QUEUE.empty_table(), folder / "identity_review_queue.parquet")
    return log


def _change_log(project: tuple[Any, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ChangeLog:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    manifest, folder = project
    settings = Settings(config=tmp_path / "config", home=tmp_path / "home")
    monkeypatch.setenv("CMW_HOME", str(settings.home))

    def build(*select: str, full: bool = False) -> None:
        arguments = ["run", "--select", *select, *_folders(folder), *(["--full-refresh"] if full else [])]
        try:
            result = dbtRunner(manifest=manifest).invoke(arguments)
        finally:
            DuckDBConnectionManager.close_all_connections()
        assert result.success, [run.message for run in result.result if run.status == "error"]

    log = ChangeLog(settings, build)
    log.begin()
    return log
