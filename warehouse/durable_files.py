"""Writing files so that a power cut leaves either the old state or the new one."""

import os
import shutil
import stat
from pathlib import Path


def sync(path: Path) -> None:
    """Forces a file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def seal(folder: Path) -> None:
    """Makes every file below read-only and forces everything to disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        sync(path)
    sync(folder)


def point(link: Path, target: str) -> None:
    """Makes ``link`` point to ``target`` (relative to the link's folder) in one atomic step."""
    temporary = link.with_name(f"{link.name}.next")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)
    sync(link.parent)


def remove_folder(folder: Path) -> None:
    """Removes a folder of sealed files. A reader that has one of them open keeps what it opened."""
    shutil.rmtree(folder, ignore_errors=not folder.exists())


def write_atomically(path: Path, text: str) -> None:
    """Replaces a small UTF-8 file as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.next")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync(path.parent)
