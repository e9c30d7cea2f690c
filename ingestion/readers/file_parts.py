"""What reading one file needs: its checksum, whether it is as it was, and its batches counted."""

import hashlib
import json
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from ingestion.readers.bad_file import BadFileError

Stamp = dict[str, str | int]
_COLUMNS = "columns"


def stamp_of(path: Path) -> Stamp:
    status = path.stat()
    return {"size": status.st_size, "modified_ns": status.st_mtime_ns}


def is_as(known: Stamp, stamp: Stamp) -> bool:
    """Whether a file is as it was."""
    return all(known.get(key) == value for key, value in stamp.items())


def note_columns(stamp: Stamp, names: list[str]) -> None:
    """Writes the columns of a workbook beside its checksum: to unpack it again costs more than all else."""
    stamp[_COLUMNS] = json.dumps(names, ensure_ascii=False)


def noted_columns(known: Stamp, path: Path) -> list[str] | None:
    """The columns of a file that is as it was, where they were noted."""
    return json.loads(str(known[_COLUMNS])) if _COLUMNS in known and is_as(known, stamp_of(path)) else None


def checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unreadable(why: str) -> Iterator[pa.Table]:
    """The batches of a file that cannot be opened."""
    raise BadFileError(why)
    yield


class Counted:
    """Batches that know how many rows went by, and whether they came to their end."""

    def __init__(self, batches: Generator[pa.Table]) -> None:
        self._batches, self.rows, self.finished = batches, 0, False

    def __iter__(self) -> Iterator[pa.Table]:
        with closing(self._batches):
            for table in self._batches:
                self.rows += table.num_rows
                yield table
        self.finished = True
