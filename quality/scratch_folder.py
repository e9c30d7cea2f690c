"""The folder of gate 1's scratch file: locked while its process lives, so that nobody else takes it for a left-over."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from quality.conditions import text
from warehouse.settings import Settings

PREFIX = "scratch-"


@contextmanager
def open_scratch(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a fresh file that is gone afterwards; what killed runs left behind goes too."""
    settings.verdicts.mkdir(parents=True, exist_ok=True)
    with _locked(settings.verdicts):  # nobody sees a folder between its making and its lock
        _remove(_dead(settings))
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=settings.verdicts))
        lock = _lock(folder, fcntl.LOCK_EX)
    try:
        connection = duckdb.connect(str(folder / "gate.duckdb"))
        try:
            connection.execute(f"set temp_directory = {text(str(folder))}")
            yield connection
        finally:
            connection.close()
    finally:
        _remove([folder])
        os.close(lock)


def remove_left_overs(settings: Settings) -> None:
    """Removes the scratch folders of processes that are dead."""
    if settings.verdicts.exists():
        with _locked(settings.verdicts):
            _remove(_dead(settings))


def judging_processes(settings: Settings) -> list[int]:
    """The processes that are at gate 1 at this moment."""
    return [int(folder.name.split("-")[1]) for folder in sorted(_folders(settings)) if not _is_free(folder)]


def _folders(settings: Settings) -> list[Path]:
    return [path for path in settings.verdicts.glob(f"{PREFIX}*") if path.is_dir()]


def _dead(settings: Settings) -> list[Path]:
    return [folder for folder in _folders(settings) if _is_free(folder)]


def _is_free(folder: Path) -> bool:
    try:
        # shared: two that ask at once do not take each other for the owner
        os.close(_lock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except FileNotFoundError:  # its process has just ended
        return True
    return True


def _remove(folders: list[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = _lock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def _lock(folder: Path, how: int) -> int:
    """A lock on the folder itself, which the kernel frees with the process. Close what is returned to free it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
