"""One extraction at a time per company: an operating-system lock that the kernel frees at death."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from warehouse.errors import CmwError
from warehouse.os_lock import OsLock
from warehouse.settings import Settings

POLL_SECONDS = 0.05
# Someone who only asks who reads takes the lock for a moment; that moment must not look like a reader.
ASKING_SECONDS = 0.3
FILE = "extract.lock"


@contextmanager
def extraction_lock(settings: Settings, wait_seconds: float, report: Callable[[str, dict], None]) -> Iterator[None]:
    """Holds `raw/extract.lock`; waits for another run to finish, and says so. Raises CmwError after the wait."""
    settings.raw.mkdir(parents=True, exist_ok=True)
    path = settings.raw / FILE
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        started, told = time.monotonic(), False
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                holder = os.pread(handle, 32, 0).decode(errors="replace").strip()
                waited = time.monotonic() - started
                if waited >= max(wait_seconds, ASKING_SECONDS):
                    raise CmwError(
                        f"Another extraction (process {holder}) is at work on {settings.raw}",
                        "Wait for it to finish, then run again",
                    ) from None
                if not told and waited >= ASKING_SECONDS / 2:
                    report("waiting", {"for": "extraction", "process": holder})
                    told = True
                time.sleep(POLL_SECONDS)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def reading_process(settings: Settings) -> tuple[int, datetime] | None:
    """The process that reads at this moment, and since when in UTC; None where nobody does."""
    path = settings.raw / FILE
    if (holder := OsLock(path).holder()) is None:
        return None
    since = datetime.fromtimestamp(path.stat().st_mtime, UTC)  # written when the lock was taken
    return int(holder) if holder.isdigit() else 0, since
