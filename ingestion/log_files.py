"""The durable files of the change log: the manifest, replaced atomically, and checksums."""

import hashlib
import os
from pathlib import Path

from warehouse.raw_manifest import RawManifest, manifest_path
from warehouse.settings import Settings


def sync_folder(folder: Path) -> None:
    """Makes a rename in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_manifest(settings: Settings, manifest: RawManifest) -> None:
    """Replaces the manifest atomically: temporary file, fsync, rename, fsync of the folder."""
    path = manifest_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(manifest.model_dump_json(exclude_defaults=False).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
