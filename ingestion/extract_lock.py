"""One extraction at a time per company: an operating-system lock that the kernel frees at death."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from warehouse.errors import CmwError
from warehouse.settings import Settings

POLL_SECONDS = 0.2


@contextmanager
def extraction_lock(settings: Settings, wait_seconds: float, report: Callable[[str, dict], None]) -> Iterator[None]:
    """Holds `raw/extract.lock`; waits for another run to finish, and says so. Raises CmwError after the wait."""
    settings.raw.mkdir(parents=True, exist_ok=True)
    path = settings.raw / "extract.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        started, told = time.monotonic(), False
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                holder = os.pread(handle, 32, 0).decode(errors="replace").strip()
                if time.monotonic() - started >= wait_seconds:
                    raise CmwError(
                        f"Another extraction (process {holder}) is at work on {settings.raw}",
                        "Wait for it to finish, then run again",
                    ) from None
                if not told:
                    report("waiting", {"for": "extraction", "process": holder})
                    told = True
                time.sleep(POLL_SECONDS)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
