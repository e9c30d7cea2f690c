"""An operating-system lock on a file: the kernel frees it when the process dies, whatever kills it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt

# Windows locks byte ranges: this one lies beyond any text, so that others can still read who holds the lock.
_LOCKED_BYTE = 1 << 30
_POLL_SECONDS = 0.05
# Someone who only asks who holds the lock takes it for a moment; that moment must not look like a holder.
_ASKING_SECONDS = 0.3


class LockTaken(Exception):
    """Another process holds the lock. ``holder`` is what it wrote into the file."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(holder)


class OsLock:
    """A lock on ``path``. The file stays behind when the lock is freed; only the lock counts."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def held(self, wait_seconds: float = 0, holder: str = "") -> Iterator[None]:
        """Holds the lock, writing ``holder`` into the file. Raises LockTaken after ``wait_seconds``."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Not inheritable: a child process that outlives us must not keep the lock.
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        try:
            deadline = time.monotonic() + max(wait_seconds, _ASKING_SECONDS)
            while not _try_lock(descriptor):
                if time.monotonic() >= deadline:
                    raise LockTaken(self.path.read_text(encoding="utf-8", errors="replace"))
                time.sleep(_POLL_SECONDS)
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, holder.encode())
            try:
                yield
            finally:
                os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    def holder(self) -> str | None:
        """What the present holder wrote, or None when the lock is free."""
        if not self.path.exists():
            return None
        descriptor = os.open(self.path, os.O_RDWR)
        try:
            return None if _try_lock(descriptor) else self.path.read_text(encoding="utf-8", errors="replace")
        finally:
            os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True
