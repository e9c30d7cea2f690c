"""The locks of one company: of who writes its tables, and of a whole `cmw run`, which reads before it writes."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.errors import CmwError
from warehouse.os_lock import LockTaken, OsLock
from warehouse.settings import Settings

REMEDY = "Wait until it has ended, give --wait SECONDS, or stop that process"


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
    with ExitStack() as stack:
        _take(stack, settings.lock_file, wait_seconds, run_id)
        yield


@contextmanager
def run_lock(settings: Settings, wait_seconds: float = 0, run_id: str = "") -> Iterator[None]:
    """Holds CMW_HOME/run.lock, so that a second run is refused before it reads, as writer_lock refuses.

    Reading and building have locks of their own; between them a run holds neither.
    """
    with ExitStack() as stack:
        _take(stack, settings.run_lock_file, wait_seconds, run_id)
        yield


def _take(stack: ExitStack, path: Path, wait_seconds: float, run_id: str) -> None:
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    text = json.dumps({"process_id": os.getpid(), "run_id": run_id, "since": since, "host": socket.gethostname()})
    try:
        stack.enter_context(OsLock(path).held(wait_seconds, text))
    except LockTaken as taken:
        holder = _holder(taken.holder)
        who = f"{_run(holder)}process {holder.process_id}" if holder else "another process"
        since = f" since {holder.since}" if holder else ""
        raise CmwError(f"Another run holds {path}{since}: {who}", REMEDY) from None
    except PermissionError as error:
        raise CmwError(
            f"The lock {error.filename} cannot be written", "Give this user write rights to CMW_HOME"
        ) from None


def lock_holder(settings: Settings) -> Holder | None:
    """Who writes at this moment, or None."""
    return _holds(settings.lock_file)


def run_holder(settings: Settings) -> Holder | None:
    """Whose `cmw run` is under way at this moment, or None."""
    return _holds(settings.run_lock_file)


def _holds(path: Path) -> Holder | None:
    text = OsLock(path).holder()
    if text is None:
        return None
    return _holder(text) or Holder(0, "", "", "")


def _run(holder: Holder) -> str:
    return f"run {holder.run_id}, " if holder.run_id else ""


def _holder(text: str) -> Holder | None:
    try:
        return Holder(**json.loads(text))
    except (ValueError, TypeError):
        return None
