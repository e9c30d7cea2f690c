"""Is the change log whole? `cmw doctor` asks `inspect_log`, and mends with `mend_log`.

Mending never invents rows: a file that is damaged or gone leaves the manifest together with the reading
state of its entity, so that the next run reads that entity again in full and compares.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.change_log import ensure_empty_files, named_folders, remove_leftovers
from ingestion.extract_lock import extraction_lock
from ingestion.log_files import sha256_of, write_manifest
from warehouse.errors import CmwError
from warehouse.raw_manifest import RawFile, RawManifest, manifest_path, read_manifest
from warehouse.settings import Settings


@dataclass(frozen=True)
class LogFault:
    """One fault of the log: the path it is about, what is wrong, and what mending does."""

    path: str
    what: str
    remedy: str
    severity: str = "error"


def _file_fault(settings: Settings, file: RawFile, checksums: bool) -> LogFault | None:
    path = settings.raw / file.path
    remedy = f"Mending takes it out and the next run reads {file.entity} again in full"
    if not path.exists():
        return LogFault(file.path, "is in the manifest but not on disk", remedy)
    if path.stat().st_size != file.bytes or (checksums and sha256_of(path) != file.sha256):
        return LogFault(file.path, "is not what was written", remedy)
    return None


def inspect_log(settings: Settings, *, checksums: bool = True) -> list[LogFault]:
    """Faults of manifest and files. With `checksums` every file is read through."""
    try:
        manifest = read_manifest(settings)
    except CmwError as error:
        return [LogFault(manifest_path(settings).name, error.what, "Mending builds it again from the files")]
    faults = [fault for file in manifest.files if (fault := _file_fault(settings, file, checksums))]
    named = named_folders(manifest)
    for folder in sorted(settings.raw.glob("*/*/load_id=*")):
        relative = str(folder.relative_to(settings.raw))
        if relative not in named:
            told = "is in no manifest: a run is at work, or was killed"
            faults.append(LogFault(relative, told, "The next run removes what a killed run left", "warning"))
    return faults


def _from_file(settings: Settings, path: Path) -> RawFile | None:
    """What the manifest said of a file, out of the file itself; None where it cannot be read."""
    try:
        table = pq.read_table(path, columns=["_load_id", "_load_seq", "_loaded_at", "source_system"], partitioning=None)
    except (pa.ArrowException, OSError, KeyError):
        return None
    if not table.num_rows:
        return None
    loaded_at: datetime = pc.max(table["_loaded_at"]).as_py()
    first, last = pc.min_max(table["_load_seq"]).as_py().values()
    merged = {"first_load_seq": first, "first_loaded_at": pc.min(table["_loaded_at"]).as_py()} if first < last else {}
    return RawFile(
        entity=path.relative_to(settings.raw).parts[0],
        source_system=table["source_system"][0].as_py(),
        load_id=table["_load_id"][0].as_py(),
        load_seq=last,
        path=str(path.relative_to(settings.raw)),
        rows=table.num_rows,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        loaded_at=loaded_at,
        **merged,
    )


def _merged_elsewhere(file: RawFile, found: list[RawFile]) -> bool:
    """Whether another file holds the same loads and more of them: a merge whose originals are not removed yet."""
    return any(
        (other.entity, other.source_system) == (file.entity, file.source_system)
        and len(other.load_seqs) > len(file.load_seqs)
        and other.load_seqs[0] <= file.load_seqs[0]
        and file.load_seq <= other.load_seq
        for other in found
    )


def _rebuilt(settings: Settings) -> RawManifest:
    """A manifest out of the files alone; nothing is known of cursors, so that all is read again."""
    read = [_from_file(settings, path) for path in sorted(settings.raw.glob("*/*/load_id=*/part-0.parquet"))]
    found = [file for file in read if file is not None]
    files = sorted((file for file in found if not _merged_elsewhere(file, found)), key=lambda file: file.load_seq)
    return RawManifest(files=files, load_seq=max((file.load_seq for file in files), default=0))


def mend_log(settings: Settings) -> list[LogFault]:
    """Mends what `inspect_log` finds and returns what it mended. Waits for no other run."""
    with extraction_lock(settings, 0, lambda *_: None):
        faults = inspect_log(settings)
        if not faults:
            return []
        try:
            manifest = read_manifest(settings)
        except CmwError:
            manifest_path(settings).rename(manifest_path(settings).with_suffix(".json.torn"))
            manifest = _rebuilt(settings)
        bad = {fault.path for fault in faults}
        lost = {f"{file.source_system}/{file.entity}" for file in manifest.files if file.path in bad}
        manifest.files = [file for file in manifest.files if file.path not in bad]
        manifest.sources = {name: state for name, state in manifest.sources.items() if name not in lost}
        write_manifest(settings, manifest)
        remove_leftovers(settings, ensure_empty_files(settings))
        return faults


def disk_use(settings: Settings) -> dict[str, int]:
    """Bytes of the log by entity."""
    use: dict[str, int] = {}
    for file in read_manifest(settings).files:
        use[file.entity] = use.get(file.entity, 0) + file.bytes
    return use
