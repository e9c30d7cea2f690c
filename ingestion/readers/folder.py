"""Reads a folder: files of a pattern, each once, or a DuckDB query over the files."""

import hashlib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.raw_text import quoted
from ingestion.readers.database import BATCH_ROWS, SourceColumns
from ingestion.readers.raw_arrow import with_place
from ingestion.readers.sheet_files import ExcelFile, ParquetFile
from ingestion.readers.text_files import BadFileError, TextFile, check_encoding
from ingestion.sources import EntityMapping, Source
from warehouse.errors import CmwError
from warehouse.raw_manifest import SourceState

Files = dict[str, dict[str, str | int]]
READABLE = (".csv", ".txt", ".tsv", ".gz", ".parquet", ".xlsx", ".xlsm")


class FolderReader:
    """One folder. After reading, `files` says what was read, `findings` what was set aside."""

    is_folder = True

    def __init__(self, source: Source) -> None:
        self._source = source
        self._folder = Path(source.connection)
        self.files: Files = {}
        self.findings: list[str] = []
        self.rejected_lines = 0

    def open(self) -> None:
        if not self._folder.is_dir():
            raise CmwError(
                f"{self._source.path.name}: the folder {self._folder} does not exist",
                "Create it, or correct connection",
            )

    def close(self) -> None:
        """Nothing is kept open between entities."""

    def stop(self) -> None:
        """A file that is read in part closes by itself."""

    def tells_present(self, mapping: EntityMapping) -> bool:
        """A query over the folder is the present state; files are what was when they were written."""
        return bool(mapping.spec.query)

    def since_period(self, *_: object) -> None:
        """Which days a file is about shows only when it is read: all are read."""

    def measure(self, *_: object) -> None:
        """Files say nothing of themselves that reading them does not."""

    def default_key_compare(self, mapping: EntityMapping) -> str:
        """Files get archived: that a row is in no file any more does not mean that it was deleted."""
        return "never"

    def origin(self, mapping: EntityMapping) -> str:
        return "query" if mapping.spec.query else mapping.spec.file or mapping.spec.table or mapping.entity.entity

    def matching(self, mapping: EntityMapping) -> list[Path]:
        """The entity's files by name; for a query all files of the folder."""
        paths = sorted(
            path for path in self._folder.rglob("*") if path.is_file() and not path.name.startswith((".", "~"))
        )
        if mapping.spec.query:
            return [path for path in paths if path.suffix.lower() in READABLE]
        if mapping.spec.file:
            return [path for path in paths if fnmatch(self._name(path), mapping.spec.file)]
        stem = mapping.spec.table or mapping.entity.entity
        return [path for path in paths if path.name.partition(".")[0] == stem and path.suffix.lower() in READABLE]

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()

    def _query_connection(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute(f"set file_search_path = {quoted(str(self._folder))}")
        return connection

    def columns(self, mapping: EntityMapping) -> SourceColumns:
        """Columns of the query, or of the entity's files together. Raises CmwError where there is no file."""
        if mapping.spec.query:
            with self._query_connection() as connection:
                rows = connection.execute(f"describe {mapping.spec.query}").fetchall()
            return SourceColumns({row[0]: None for row in rows}, {row[0]: row[1] for row in rows})
        names: dict[str, None] = {}
        reasons = []
        for path in self.matching(mapping):
            try:
                names |= dict.fromkeys(self._open(path, mapping).names)
            except BadFileError as error:
                reasons.append(str(error))
        if not names:
            what = reasons[0] if reasons else f"{self._folder} holds no file {self.origin(mapping)!r}"
            raise CmwError(f"{mapping.where_said}: {what}", "Put the file there, or correct file")
        return SourceColumns(dict.fromkeys(names), dict.fromkeys(names, ""))

    def _open(self, path: Path, mapping: EntityMapping) -> TextFile | ParquetFile | ExcelFile:
        suffix = path.suffix.lower()
        kind = ParquetFile if suffix == ".parquet" else ExcelFile if suffix in (".xlsx", ".xlsm") else TextFile
        return kind(path, mapping.spec)

    def _stamp(self, path: Path) -> dict[str, str | int]:
        status = path.stat()
        return {"size": status.st_size, "modified_ns": status.st_mtime_ns}

    def reads_changes(self, mapping: EntityMapping, state: SourceState) -> bool:
        """Files that were read are not read again. What a query reads cannot be narrowed, once it is read at all."""
        return not mapping.spec.query or self.present(mapping) == state.files

    def present(self, mapping: EntityMapping) -> Files:
        """The entity's files as they lie there now, by name."""
        return {self._name(path): self._stamp(path) for path in self.matching(mapping)}

    def since(self, mapping: EntityMapping, state: SourceState | None, whole: bool) -> Files | None:
        """What was read already; None when all is to be read."""
        return None if whole or state is None else state.files

    def parts(
        self, mapping: EntityMapping, names: list[str], required: set[str], since: Files | None
    ) -> Iterator[tuple[str, Iterator[pa.Table]]]:
        """(name, batches) of each file that is new or changed. The batches may raise BadFileError."""
        self.findings, self.rejected_lines, known = [], 0, since or {}
        self.files = dict(known)
        paths = sorted(self.matching(mapping), key=lambda path: path.stat().st_mtime_ns)  # the corrected one last
        if mapping.spec.query:
            present = self.present(mapping)
            if present != known or not present:
                yield "query", self._query(mapping, names)
            self.files = present
            return
        contents = {str(told.get("sha256")) for told in known.values()}
        position = 0
        for path in paths:
            name, stamp = self._name(path), self._stamp(path)
            before = known.get(name)
            if before and all(before.get(key) == value for key, value in stamp.items()):
                continue
            stamp["sha256"] = self._checksum(path, mapping)
            if stamp["sha256"] in contents:
                self.files[name] = stamp
                continue
            reading = _Counted(self._file(path, mapping, names, required, position))
            yield name, reading
            if reading.finished:
                position += reading.rows
                self.files[name] = stamp
                contents.add(str(stamp["sha256"]))

    def _checksum(self, path: Path, mapping: EntityMapping) -> str:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def _file(
        self, path: Path, mapping: EntityMapping, names: list[str], required: set[str], position: int
    ) -> Iterator[pa.Table]:
        file = self._open(path, mapping)
        missing = sorted(required - set(file.names))
        if missing:
            raise BadFileError(f"{path.name} has no column {missing[0]!r}, which is required")
        if isinstance(file, TextFile):
            check_encoding(path, mapping.spec)
        try:
            yield from file.batches(names, position)
        except (pa.ArrowInvalid, OSError) as error:
            raise BadFileError(f"{path.name} cannot be read: {str(error).splitlines()[0]}") from None
        self.rejected_lines += len(file.rejected)
        self.findings += [f"{path.name} line {line} was set aside: {why}" for line, why in file.rejected[:20]]

    def _query(self, mapping: EntityMapping, names: list[str]) -> Iterator[pa.Table]:
        columns = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
        position = 0
        with self._query_connection() as connection:
            result = connection.execute(f"select {columns} from ({mapping.spec.query.strip().rstrip(';')}) as q")
            for record_batch in result.to_arrow_reader(BATCH_ROWS):
                table = pa.Table.from_batches([record_batch]).rename_columns([f"s{n}" for n in range(len(names))])
                yield with_place(table, position, "query")
                position += table.num_rows


class _Counted:
    """An iterator that knows how many rows went by, and whether it came to its end."""

    def __init__(self, batches: Iterator[pa.Table]) -> None:
        self._batches, self.rows, self.finished = batches, 0, False

    def __iter__(self) -> Iterator[pa.Table]:
        for table in self._batches:
            self.rows += table.num_rows
            yield table
        self.finished = True
