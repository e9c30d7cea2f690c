"""The manifest of the raw change log: which files count. A file that it does not name does not exist."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warehouse.errors import CmwError
from warehouse.settings import Settings

FORMAT = 1


class RawFile(BaseModel):
    """One Parquet file of the log. ``path`` is relative to raw/; an empty file has load_seq 0 and no source.

    A file that several loads were merged into bears the number and time of the last of them, and of the first.
    """

    model_config = ConfigDict(frozen=True)

    entity: str
    source_system: str
    load_id: str
    load_seq: int
    path: str
    rows: int
    bytes: int
    sha256: str
    loaded_at: datetime
    first_load_seq: int | None = None
    first_loaded_at: datetime | None = None

    @property
    def load_seqs(self) -> range:
        """The loads whose rows it may hold."""
        return range(self.first_load_seq or self.load_seq, self.load_seq + 1)


class SupersededFile(BaseModel):
    """A file whose rows stand in another one now. It stays for a while, for whoever read the manifest before."""

    model_config = ConfigDict(frozen=True)

    path: str
    bytes: int
    since: datetime


class SourceState(BaseModel):
    """Where reading of one entity of one source stands."""

    cursor_value: str | None = None
    mapping_version: str = ""
    last_key_compare: datetime | None = None
    last_read: datetime | None = None
    source_columns: dict[str, str] = Field(default_factory=dict)
    files: dict[str, dict[str, str | int]] = Field(default_factory=dict)


class ControlSum(BaseModel):
    """Money of one column in one load: as the source sums it, and as it arrived. A rejected value did not arrive."""

    source: Decimal
    read: Decimal
    rejected_values: int = 0

    @property
    def agrees(self) -> bool:
        return self.source == self.read or self.rejected_values > 0


class LoadRecord(BaseModel):
    """What one entity-load did. Published as ops.loads.

    rows_read = new_versions + unchanged + rejected_lines. ``deletes`` counts soft-deleted rows (which are new
    versions) and keys that a comparison no longer found in the source (which were not read). ``source_rows`` and
    ``control_sums`` are what the source itself says of the rows read; None and nothing where it cannot.
    """

    load_id: str
    load_seq: int
    run_id: str
    source_system: str
    kind: str
    entity: str
    started_at: datetime
    finished_at: datetime
    loaded_at: datetime
    rows_read: int = 0
    source_rows: int | None = None
    control_sums: dict[str, ControlSum] = Field(default_factory=dict)
    new_versions: int = 0
    unchanged: int = 0
    rejected_rows: int = 0
    rejected_lines: int = 0
    deletes: int = 0
    bytes: int = 0
    cursor_before: str | None = None
    cursor_after: str | None = None
    mapping_version: str = ""
    status: Literal["loaded", "unchanged", "failed"] = "loaded"
    error: str = ""
    findings: list[str] = Field(default_factory=list)


class RawManifest(BaseModel):
    """The one line of raw/manifest.json."""

    format: int = FORMAT
    load_seq: int = 0
    files: list[RawFile] = Field(default_factory=list)
    sources: dict[str, SourceState] = Field(default_factory=dict)
    loads: list[LoadRecord] = Field(default_factory=list)
    superseded: list[SupersededFile] = Field(default_factory=list)

    def files_of(self, entity: str, source_system: str | None = None) -> list[RawFile]:
        """Files of an entity that hold rows, in load order; of one source when it is named."""
        return [
            file
            for file in self.files
            if file.entity == entity and file.load_seq and source_system in (None, file.source_system)
        ]

    def files_of_all(self) -> list[RawFile]:
        """Files that hold rows, in load order."""
        return sorted((file for file in self.files if file.load_seq), key=lambda file: file.load_seq)

    def state_of(self, source_system: str, entity: str) -> SourceState | None:
        return self.sources.get(f"{source_system}/{entity}")


def manifest_path(settings: Settings) -> Path:
    return settings.raw / "manifest.json"


def read_manifest(settings: Settings) -> RawManifest:
    """The committed state; an empty one where nothing was ever loaded. Raises CmwError when it is torn."""
    path = manifest_path(settings)
    try:
        return RawManifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return RawManifest()
    except ValidationError:
        raise CmwError(f"{path} cannot be read as a manifest", "Run `cmw doctor`, or restore the file") from None
