"""Copies tables with their comments into the file being published, and writes each as Parquet."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

import duckdb

from warehouse.publish_rules import is_published_column
from warehouse.published import DATABASE_NAME
from warehouse.table_catalogue import Catalogue, published_tables, read_catalogue

# Names of the attached databases; neither may equal a schema.
TARGET, LAST = "publication_target", "last_publication"
# Any DuckDB since this one opens the published file, whatever the working file is written by.
READABLE_SINCE = "v1.0.0"
# Differ from run to run without any number differing.
_RUN_COLUMNS = {"run_id", "judged_at", "computed_at"}


@dataclass(frozen=True)
class Copied:
    """One table of the new version. ``digest`` is independent of row order and of the run's id."""

    schema_name: str
    table_name: str
    row_count: int
    built_run_id: str
    built_at: datetime
    is_kept: bool
    digest: str

    def as_row(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "digest"}


class PublishedFile:
    """The file being published, attached to the working connection; ``last`` is the folder of the last version."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, parquet: Path, last: Path | None) -> None:
        self._connection, self._path, self._parquet = connection, path, parquet
        self._last = last
        self.last_tables: set[tuple[str, str]] = set()
        self.last_marts_run_id: str | None = None
        self._catalogues: dict[str, Catalogue] = {}
        self._last_built: dict[tuple[str, str], tuple[str, datetime]] = {}

    def __enter__(self) -> "PublishedFile":
        self._source = self._connection.execute("select current_database()").fetchone()[0]
        self._connection.execute(f"attach {_text(str(self._path))} as {TARGET} (storage_version '{READABLE_SINCE}')")
        if self._last is not None:
            self._connection.execute(f"attach {_text(str(self._last / DATABASE_NAME))} as {LAST} (read_only)")
            self._read_last()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        try:
            if kind is None:
                self._connection.execute(f"checkpoint {TARGET}")
            else:
                with suppress(duckdb.Error):
                    self._connection.execute("rollback")
        finally:
            for name in (TARGET, LAST):
                self._connection.execute(f"detach database if exists {name}")

    def _read_last(self) -> None:
        self.last_tables = set(published_tables(self._connection, LAST))
        rows = self._connection.execute(
            f"select schema_name, table_name, built_run_id, built_at from {LAST}.ops.published_tables"
        ).fetchall()
        self._last_built = {(schema, table): (run_id, built_at) for schema, table, run_id, built_at in rows}
        found = self._connection.execute(
            f"select marts_run_id from {LAST}.ops.published_versions where is_this_version"
        ).fetchone()
        self.last_marts_run_id = found[0] if found else None

    def copy(self, schema: str, table: str, run_id: str, now: datetime, kept: bool = False) -> Copied:
        """Copies a table of the working file. A kept one says which run built its rows."""
        built = self._last_built.get((schema, table), (run_id, now)) if kept else (run_id, now)
        return self._copy(self._source, schema, table, *built, kept)

    def copy_from_last(self, schema: str, table: str) -> Copied:
        """Copies a table of the last version."""
        return self._copy(LAST, schema, table, *self._last_built[schema, table], True)

    def _copy(self, database: str, schema: str, table: str, run_id: str, built_at: datetime, kept: bool) -> Copied:
        comment, columns = self._described(database, schema, table)
        source, target = f"{database}.{schema}.{_name(table)}", f"{TARGET}.{schema}.{_name(table)}"
        names = ", ".join(_name(column) for column, _ in columns)
        # One transaction a table: each statement alone would wait for the disk, and there is one per column.
        self._connection.execute("begin")
        self._connection.execute(f"create schema if not exists {TARGET}.{schema}")
        self._connection.execute(f"create table {target} as select {names} from {source}")
        self._comment(target, comment, columns, run_id if kept else "")
        self._connection.execute("commit")
        file = self._parquet / schema / f"{table}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        self._connection.execute(f"copy {target} to {_text(str(file))} (format parquet, compression zstd)")
        hashed = ", ".join(_name(column) for column, _ in columns if column not in _RUN_COLUMNS) or "1"
        rows, digest = self._connection.execute(
            f"select count(*), coalesce(sum(hash({hashed})::hugeint), 0)::varchar from {target}"
        ).fetchone()
        return Copied(schema, table, rows, run_id, built_at, kept, f"{names}:{digest}")

    def look_again(self) -> None:
        """Call it after tables were added to the working file: its catalogue is read once, as it is slow to read."""
        self._catalogues.clear()

    def _described(self, database: str, schema: str, table: str) -> tuple[str | None, list[tuple[str, str | None]]]:
        """The table's comment, and (name, comment) of its published columns."""
        if database not in self._catalogues:
            self._catalogues[database] = read_catalogue(self._connection, database)
        comment, columns = self._catalogues[database][schema, table]
        # a folded text of YAML ends with a new line, which readers of the file would see
        return comment and comment.strip(), [
            (name, text) for name, kind, text in columns if is_published_column(table, name, kind)
        ]

    def _comment(self, target: str, comment: str | None, columns: list[tuple[str, str | None]], kept_from: str) -> None:
        if kept_from:
            comment = f"{(comment or target).split(' [kept')[0]} [kept from run {kept_from}: not computed since]"
        if comment:
            self._connection.execute(f"comment on table {target} is {_text(comment)}")
        for column, text in columns:
            if text:
                self._connection.execute(f"comment on column {target}.{_name(column)} is {_text(text)}")

    @staticmethod
    def content_hash(copied: list[Copied]) -> str:
        """Equal for two versions whose core, marts, metrics and identity hold equal rows."""
        digest = hashlib.sha256()
        for item in sorted(copied, key=lambda one: (one.schema_name, one.table_name)):
            if item.schema_name != "quality":
                digest.update(f"{item.schema_name}.{item.table_name}:{item.row_count}:{item.digest}".encode())
        return digest.hexdigest()


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
