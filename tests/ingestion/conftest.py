"""A company of its own per test: a SQLite source, its source file, and the change log that comes of it."""

import os
import sqlite3
import textwrap
from pathlib import Path

import duckdb
import pytest

from ingestion.extract import ExtractResult, extract
from warehouse.company import Company, load_company
from warehouse.raw_manifest import LoadRecord, read_manifest
from warehouse.settings import Settings


class SmallCompany:
    """Writes a source and its file, extracts, and looks into the log."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(config=folder / "config", home=folder / "home")
        (self.settings.config / "sources").mkdir(parents=True)
        self.settings.home.mkdir()
        (self.settings.config / "company.yml").write_text("name: Test\nreporting_currency: CNY\n", encoding="utf-8")
        self.database = self.settings.home / "source.db"

    @property
    def company(self) -> Company:
        return load_company(self.settings)

    def source(
        self, entities: str, *, system: str = "shop", kind: str = "erp", more: str = "", connection: str = ""
    ) -> Path:
        """Writes config/sources/<system>.yml; `entities` is YAML without indentation."""
        path = self.settings.config / "sources" / f"{system}.yml"
        head = f"""\
            source_system: {system}
            kind: {kind}
            connection: {connection or "sqlite:///${CMW_HOME}/source.db"}
            timezone: Asia/Shanghai
            default_currency: CNY
            """
        body = textwrap.indent(textwrap.dedent(entities).strip(), "  ")
        path.write_text(textwrap.dedent(head) + textwrap.dedent(more) + "entities:\n" + body + "\n", encoding="utf-8")
        return path

    def sql(self, script: str) -> None:
        """Changes the SQLite source."""
        with sqlite3.connect(self.database) as connection:
            connection.executescript(script)
        connection.close()

    def extract(self, **options: object) -> ExtractResult:
        return extract(self.settings, self.company, run_id="test", **options)

    def load(self, **options: object) -> LoadRecord:
        """Extracts the one entity there is."""
        (record,) = self.extract(**options).loads
        return record

    def on(self, day: str) -> None:
        """From now on it is this day for the company; loads are stamped with its end."""
        os.environ["CMW_TODAY"] = day

    def rows(self, entity: str, columns: str = "*") -> list[dict]:
        """Every version in the log, in load order."""
        return self.query(f"select {columns} from log order by _load_seq, _key", entity)

    def newest(self, entity: str, columns: str = "*") -> list[dict]:
        """The newest version of each key that is not deleted: what staging shows."""
        newest = "row_number() over (partition by source_system, _key order by _version_at desc, _load_seq desc)"
        return self.query(
            f"select {columns} from (select *, {newest} as place from log) where place = 1 and _change = 'upsert' "
            "order by _key",
            entity,
        )

    def query(self, sql: str, entity: str) -> list[dict]:
        manifest = read_manifest(self.settings)
        files = [str(self.settings.raw / file.path) for file in manifest.files if file.entity == entity]
        with duckdb.connect() as connection:
            connection.execute(f"create view log as select * from read_parquet({files}, union_by_name = true)")
            return connection.execute(sql).to_arrow_table().to_pylist()


@pytest.fixture
def small_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallCompany:
    monkeypatch.setenv("CMW_TODAY", "2024-06-01")
    return SmallCompany(tmp_path)


@pytest.fixture
def inbox(small_company: SmallCompany, tmp_path: Path) -> SmallCompany:
    """A company whose source is the folder `inbox`; `files` writes the source file of its entities."""
    folder = tmp_path / "inbox"
    folder.mkdir()

    def source(entities: str, more: str = "") -> None:
        small_company.source(entities, connection=str(folder), more=more)

    small_company.inbox, small_company.files = folder, source
    return small_company
