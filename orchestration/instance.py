"""Dagster's own records: open them, and put right what a killed process left in them."""

import os
from collections.abc import Mapping
from pathlib import Path

import dagster as dg

from warehouse.settings import Settings

PID_TAG = "cmw/pid"
STARTED_TAG = "cmw/process_start"


def _process_start(pid: int) -> str:
    """The start time of a process in clock ticks, so that a recycled pid is not taken for the old one."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return text.rsplit(")", 1)[1].split()[19]


def process_tags() -> dict[str, str]:
    """Tags by which a later process recognises that this one has died."""
    return {PID_TAG: str(os.getpid()), STARTED_TAG: _process_start(os.getpid())}


def is_dead(tags: Mapping[str, str]) -> bool:
    """Whether the process that these tags name is gone; a run without such tags is not ours to judge."""
    if PID_TAG not in tags:
        return False
    pid = int(tags[PID_TAG])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _process_start(pid) != tags.get(STARTED_TAG, "")


def retire_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Marks runs whose process is gone as failed and frees their pool slots; returns their ids.

    Without this a killed run keeps its slot and stalls the next one.
    """
    unfinished = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING]))
    retired = []
    for run in unfinished:
        if is_dead(run.tags):
            instance.report_run_failed(run, f"The process {run.tags[PID_TAG]} of this run was killed.")
            if instance.event_log_storage.supports_global_concurrency_limits:
                instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            retired.append(run.run_id)
    return retired


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The company's Dagster records, in CMW_HOME/dagster."""
    return dg.DagsterInstance.from_config(str(settings.dagster_home))
