"""What is at work for a company at this moment: a run holds one lock after the other."""

from dataclasses import dataclass

from ingestion.extract_lock import reading_process
from quality.scratch_folder import judging_processes
from warehouse.lock import lock_holder
from warehouse.settings import Settings


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
    return found
