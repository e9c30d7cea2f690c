"""A full disk, in one sentence whoever met it; apart from errors.py, which brings Dagster."""

import shutil
from pathlib import Path

# As the system words it to this process, dbt, DuckDB and SQLite.
_NO_SPACE = ("No space left on device", "File too large", "Disk quota exceeded", "database or disk is full")
_OF_SQLITE = "disk I/O error"  # its words for a full disk too, where it cannot write its shared memory
_NOTHING_LEFT = 4 << 20


def is_full(text: str) -> bool:
    return any(words in text for words in _NO_SPACE)


def stopped_by_full_disk(text: str, home: Path) -> bool:
    """Whether an error of that wording comes of a full disk, which SQLite's alone does not say."""
    return is_full(text) or (_OF_SQLITE in text and home.is_dir() and shutil.disk_usage(home).free < _NOTHING_LEFT)


def disk_full(where: str) -> tuple[str, str]:
    """What is wrong, and what to do."""
    return f"The disk is full ({where})", "Free space in CMW_HOME and run again; what was published stays"
