"""Replaces a file in one step: after a kill there is the old file or the new one, never a torn one."""

import os
from collections.abc import Callable
from pathlib import Path


def replace_file(path: Path, write: Callable[[Path], None]) -> None:
    """``write`` fills a file beside ``path``, which then takes its place, on disk before it is seen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # One run writes at a time, so one name is enough, and what a killed run left is overwritten.
    temporary = path.with_name(f".{path.name}.new")
    write(temporary)
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
