"""How much disk the company's data folder takes, by what it is for."""

from pathlib import Path

from warehouse.settings import Settings


def disk_use(settings: Settings) -> dict[str, int]:
    """Bytes of the change log, the working file, what is published, and everything else below CMW_HOME."""
    parts = {"change log": settings.raw, "working file": settings.working_file.parent, "published": settings.published}
    use = {name: _size(folder) for name, folder in parts.items()}
    return {**use, "other": max(_size(settings.home) - sum(use.values()), 0)}


def size_text(size: int) -> str:
    """Bytes as people write them."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size / 1024:.0f} kB"


def _size(folder: Path) -> int:
    """Bytes of all files below; one that another process has just removed counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            if path.is_file() and not path.is_symlink():
                total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total
