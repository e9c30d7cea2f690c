"""A full disk, in one sentence whoever met it; apart from errors.py, which brings Dagster."""

# As the system words it to this process, dbt and DuckDB.
_NO_SPACE = ("No space left on device", "File too large", "Disk quota exceeded")


def is_full(text: str) -> bool:
    return any(words in text for words in _NO_SPACE)


def disk_full(where: str) -> tuple[str, str]:
    """What is wrong, and what to do."""
    return f"The disk is full ({where})", "Free space in CMW_HOME and run again; what was published stays"
