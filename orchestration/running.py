"""What is at work for a company at this moment: a run holds one lock after the other."""

import os
import time
from dataclasses import dataclass

from ingestion.extract_lock import reading_process
from quality.scratch_folder import judging_processes
from warehouse.errors import CmwError
from warehouse.lock import REMEDY, lock_holder, run_holder
from warehouse.settings import Settings

_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Running:
    """One process. ``since`` is UTC, empty where nobody wrote it down; so are ``run_id`` and ``host``."""

    process_id: int
    run_id: str
    since: str
    host: str
    at_work_on: str

    def __str__(self) -> str:
        return f"process {self.process_id}, {self.at_work_on}" + (f", since {self.since}" if self.since else "")


def running_now(settings: Settings) -> list[Running]:
    """Who builds or publishes first, then who reads, then who judges what was read."""
    found = []
    if holder := lock_holder(settings):
        found.append(Running(holder.process_id, holder.run_id, holder.since, holder.host, "tables"))
    if reading := reading_process(settings):
        process, since = reading
        found.append(Running(process, "", f"{since:%Y-%m-%d %H:%M:%S} UTC", "", "reading the sources"))
    found += [Running(process, "", "", "", "gate 1") for process in judging_processes(settings)]
    if not found and (holder := run_holder(settings)):
        found.append(Running(holder.process_id, "", holder.since, holder.host, "a run, between two steps"))
    return found


def refuse_beside(settings: Settings, wait_seconds: float) -> None:
    """Raises CmwError where another process, such as the daemon's run, is still at work after ``wait_seconds``."""
    deadline = time.monotonic() + wait_seconds
    while others := [running for running in running_now(settings) if running.process_id != os.getpid()]:
        if time.monotonic() >= deadline:
            raise CmwError(f"Another run is under way: {others[0]}", REMEDY)
        time.sleep(_POLL_SECONDS)
