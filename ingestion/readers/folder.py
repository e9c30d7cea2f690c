"""Reads a folder: files of a pattern, each once, or a DuckDB query over the files."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pyarrow as pa

from ingestion.readers.bad_file import BadFileError
from ingestion.readers.database import SourceColumns
from ingestion.readers.file_parts import (
    Counted,
    Stamp,
    checksum,
    is_as,
    note_columns,
    noted_columns,
    stamp_of,
    unreadable,
)
from ingestion.readers.folder_query import query_batches, query_types
from ingestion.readers.one_file import READABLE, is_workbook, open_file, places_of, together
from ingestion.sources import EntityMapping, Source
from warehouse.errors import CmwError
from warehouse.raw_manifest import SourceState

Files = dict[str, Stamp]

TOLD_COLUMNS = 30  # of a file whose header is not the one that the mapping knows


class FolderReader:
    """One folder. After reading, `files` says what was read, `findings` what was set aside."""

    is_folder = True

    def __init__(self, source: Source) -> None:
        self._source = source
        self._folder = Path(source.connection)
        self.files: Files = {}
        self.findings: list[str] = []
        self.rejected_lines = 0
        self._states: dict[str, SourceState] = {}

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

    def columns(self, mapping: EntityMapping) -> SourceColumns:
        """Columns of the query, or of the entity's files together. Raises CmwError where there is no file."""
        if mapping.spec.query:
            types = query_types(self._folder, mapping.spec.query)
            return SourceColumns(dict.fromkeys(types), types)
        state = self._states.get(mapping.entity.entity)
        before = {name.casefold(): name for name in state.source_columns} if state else {}
        names: list[str] = []
        reasons = []
        for path in self.matching(mapping):
            try:
                names = together(names, self._columns_of(path, mapping, state))
            except BadFileError as error:
                reasons.append(str(error))
        if not names:
            what = reasons[0] if reasons else f"{self._folder} holds no file {self.origin(mapping)!r}"
            raise CmwError(f"{mapping.where_said}: {what}", "Put the file there, or correct file")
        if len({name.casefold() for name in names}) == len(names):  # spelled as before, whichever file comes first
            names = [before.get(name.casefold(), name) for name in names]
        return SourceColumns(dict.fromkeys(names), dict.fromkeys(names, ""))

    def remember(self, states: dict[str, SourceState]) -> None:
        """What is known of the files of each entity, so that a workbook that was read is not opened again."""
        self._states = states

    def _columns_of(self, path: Path, mapping: EntityMapping, state: SourceState | None) -> list[str]:
        if state and state.mapping_version == mapping.version:
            noted = noted_columns(state.files.get(self._name(path), {}), path)
            if noted is not None:
                return noted
        return open_file(path, mapping.spec).names

    def reads_changes(self, mapping: EntityMapping, state: SourceState) -> bool:
        """Files that were read are not read again. What a query reads cannot be narrowed, once it is read at all."""
        return not mapping.spec.query or self.present(mapping) == state.files

    def present(self, mapping: EntityMapping) -> Files:
        """The entity's files as they lie there now, by name."""
        return {self._name(path): stamp_of(path) for path in self.matching(mapping)}

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
                yield "query", query_batches(self._folder, mapping.spec.query, names)
            self.files = present
            return
        contents = {str(told.get("sha256")): told for told in known.values()}
        position = 0
        for path in paths:
            name, stamp = self._name(path), stamp_of(path)
            before = known.get(name)
            if before and is_as(before, stamp):
                continue
            try:
                stamp["sha256"] = checksum(path)
            except OSError as error:
                yield name, unreadable(f"{path.name} cannot be read: {error}")
                continue
            if stamp["sha256"] in contents:
                self.files[name] = {**contents[stamp["sha256"]], **stamp}
                continue
            reading = Counted(self._file(path, mapping, names, required, position, stamp))
            yield name, reading
            if reading.finished:
                position += reading.rows
                self.files[name] = stamp
                contents[str(stamp["sha256"])] = stamp

    def _file(
        self, path: Path, mapping: EntityMapping, names: list[str], required: set[str], position: int, stamp: dict
    ) -> Iterator[pa.Table]:
        file = open_file(path, mapping.spec)
        places = places_of(path.name, file.names, names)
        missing = [name for name, place in zip(names, places, strict=True) if place is None]
        for name in sorted(required.intersection(missing)):
            has = ", ".join(map(repr, file.names[:TOLD_COLUMNS]))
            raise BadFileError(f"{path.name} has no column {name!r}, which is required; it has {has}")
        told = [f"{path.name} has no column {name!r}, which the mapping reads: it is empty there" for name in missing]
        if told and self._source.on_schema_change == "stop":
            raise CmwError(f"{mapping.where_said}: {told[0]}", "Mend the file, or set on_schema_change: continue")
        if is_workbook(path):
            note_columns(stamp, file.names)
        try:
            yield from file.batches(places, position)
        except GeneratorExit:  # a preview has seen enough
            self._tell(file, told)
            raise
        self._tell(file, told)

    def _tell(self, file, told: list[str]) -> None:
        """Notes what is to be said of a file that could be read."""
        self.rejected_lines += file.rejected_lines
        self.findings += told
        self.findings += [f"{file.path.name} line {line} was set aside: {why}" for line, why in file.rejected]
        if file.rejected_lines > len(file.rejected):
            self.findings.append(
                f"{file.path.name}: {file.rejected_lines - len(file.rejected)} further lines were set aside"
            )
