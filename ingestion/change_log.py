"""Writes the raw change log: one Parquet file per entity and load, made visible by replacing the manifest.

A load's file is complete and synced before the manifest names it, and the manifest is replaced in one
step, so that a crash at any moment leaves the old or the new state and never half of one.
"""

import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from ingestion.entities import load_contract
from ingestion.log_files import sha256_of, write_manifest
from ingestion.raw_schema import raw_schema
from ingestion.run_stamp import now
from warehouse.raw_manifest import LoadRecord, RawFile, RawManifest, SourceState, SupersededFile, read_manifest
from warehouse.settings import Settings

# Longer than any run or replay takes: whoever read the manifest before a file was superseded still finds the file.
SUPERSEDED_KEPT = timedelta(days=1)


def ensure_empty_files(settings: Settings) -> RawManifest:
    """Every entity has one typed file without rows in the manifest, so that readers need no special case.

    A file whose columns are no longer the contract's is written again.
    """
    manifest = read_manifest(settings)
    listed = {file.path for file in manifest.files}
    fresh: list[RawFile] = []
    for name, entity in load_contract().items():
        schema = raw_schema(entity)
        path = settings.raw / name / "_empty.parquet"
        if str(path.relative_to(settings.raw)) in listed and path.exists() and pq.read_schema(path).equals(schema):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        pq.write_table(schema.empty_table(), temporary)
        temporary.replace(path)
        fresh.append(
            RawFile(
                entity=name,
                source_system="",
                load_id="",
                load_seq=0,
                path=str(path.relative_to(settings.raw)),
                rows=0,
                bytes=path.stat().st_size,
                sha256=sha256_of(path),
                loaded_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
            )
        )
    if fresh:
        new_paths = {file.path for file in fresh}
        manifest.files = [*(file for file in manifest.files if file.path not in new_paths), *fresh]
        write_manifest(settings, manifest)
    return manifest


def remove_leftovers(settings: Settings, manifest: RawManifest) -> list[str]:
    """Deletes load folders that no manifest names: what a killed process left. Returns their paths."""
    kept = named_folders(manifest)
    removed = []
    for folder in sorted(settings.raw.glob("*/*/load_id=*")):
        relative = str(folder.relative_to(settings.raw))
        if relative not in kept:
            shutil.rmtree(folder)
            removed.append(relative)
    for temporary in settings.raw.glob("manifest.json.*.tmp"):
        temporary.unlink(missing_ok=True)
    return removed


def named_folders(manifest: RawManifest) -> set[str]:
    """Folders of the files that count, and of those that were superseded not long ago, relative to raw/."""
    return {str(Path(file.path).parent) for file in [*manifest.files, *manifest.superseded]}


def forget_superseded(manifest: RawManifest) -> RawManifest:
    """The manifest without what was superseded so long ago that nobody reads it any more."""
    young = [file for file in manifest.superseded if now() - file.since < SUPERSEDED_KEPT]
    return manifest.model_copy(update={"superseded": young})


class ChangeLog:
    """The log while it is being written: hands out load numbers and commits loads, one at a time.

    Only the holder of the extraction lock may make one.
    """

    LOADS_KEPT = 5000

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._guard = threading.Lock()
        self._manifest = forget_superseded(ensure_empty_files(settings))
        self._next = self._manifest.load_seq + 1
        self.leftovers = remove_leftovers(settings, self._manifest)
        self._pending: list[LoadRecord] = []

    @property
    def raw(self) -> Path:
        return self._settings.raw

    def next_load_seq(self) -> int:
        with self._guard:
            number, self._next = self._next, self._next + 1
            return number

    def state_of(self, source_system: str, entity: str) -> SourceState | None:
        with self._guard:
            return self._manifest.state_of(source_system, entity)

    def paths_of(self, entity: str, source_system: str) -> list[Path]:
        with self._guard:
            return [self.raw / file.path for file in self._manifest.files_of(entity, source_system)]

    def commit(self, record: LoadRecord, state: SourceState | None = None, file: RawFile | None = None) -> None:
        """Makes a load visible. Records that bring no file wait for the next commit or for `flush`."""
        with self._guard:
            before = self._manifest.model_copy()
            changes: dict[str, object] = {}
            if state is not None:
                key = f"{record.source_system}/{record.entity}"
                changes["sources"] = {**before.sources, key: state}
            if file is not None:
                changes["files"] = [*before.files, file]
            self._manifest = before.model_copy(update=changes)
            if file is None:
                self._pending.append(record)
                return
            try:
                self._write([*self._pending, record])
            except OSError:
                self._manifest = before
                raise

    def files(self) -> list[RawFile]:
        """Files that hold loads, in load order."""
        with self._guard:
            return self._manifest.files_of_all()

    def replace(self, old: list[RawFile], new: RawFile) -> None:
        """Makes one file stand for others, in one step. The others stay on disk for whoever is reading them."""
        with self._guard:
            gone = {file.path for file in old}
            place = next(at for at, file in enumerate(self._manifest.files) if file.path in gone)
            kept = [file for file in self._manifest.files if file.path not in gone]
            before = sum(file.path not in gone for file in self._manifest.files[:place])
            kept.insert(before, new)
            left = [SupersededFile(path=file.path, bytes=file.bytes, since=now()) for file in old]
            changes = {"files": kept, "superseded": [*self._manifest.superseded, *left]}
            changed = self._manifest.model_copy(update=changes)
            write_manifest(self._settings, changed)
            self._manifest = changed

    def flush(self) -> None:
        with self._guard:
            if self._pending:
                self._write(self._pending)

    def _write(self, records: list[LoadRecord]) -> None:
        loads = [*self._manifest.loads, *records]
        highest = max([self._manifest.load_seq, *(load.load_seq for load in records)])
        grown = self._manifest.model_copy(update={"loads": loads[-self.LOADS_KEPT :], "load_seq": highest})
        write_manifest(self._settings, grown)
        self._manifest, self._pending = grown, []
