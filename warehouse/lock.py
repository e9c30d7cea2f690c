"""The writer lock of one company: held by the whole run, from the first load to the last delivery."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from warehouse.errors import CmwError
from warehouse.os_lock import LockTaken, OsLock
from warehouse.settings import Settings


@dataclass(frozen=True)
class Holder:
    """Who holds the lock. ``since`` is UTC."""

    process_id: int
    run_id: str
    since: str
    host: str


@contextmanager
def writer_lock(settings: Settings, run_id: str = "", wait_seconds: float = 0) -> Iterator[None]:
    """Holds CMW_HOME/warehouse.lock. Raises CmwError when another process keeps it beyond ``wait_seconds``."""
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    text = json.dumps({"process_id": os.getpid(), "run_id": run_id, "since": since, "host": socket.gethostname()})
    with ExitStack() as stack:
        _take(stack, settings, wait_seconds, text)
        yield


def _take(stack: ExitStack, settings: Settings, wait_seconds: float, text: str) -> None:
    try:
        stack.enter_context(OsLock(settings.lock_file).held(wait_seconds, text))
    except LockTaken as taken:
        holder = _holder(taken.holder)
        who = f"run {holder.run_id or 'without a name'} (process {holder.process_id})" if holder else "another run"
        since = f" since {holder.since}" if holder else ""
        raise CmwError(
            f"Another run holds {settings.lock_file}{since}: {who}",
            "Wait until it has ended, give --wait SECONDS, or stop that process",
        ) from None
    except PermissionError as error:
        raise CmwError(
            f"The lock {error.filename} cannot be written", "Give this user write rights to CMW_HOME"
        ) from None


def lock_holder(settings: Settings) -> Holder | None:
    """Who writes at this moment, or None."""
    text = OsLock(settings.lock_file).holder()
    if text is None:
        return None
    return _holder(text) or Holder(0, "", "", "")


def _holder(text: str) -> Holder | None:
    try:
        return Holder(**json.loads(text))
    except (ValueError, TypeError):
        return None
