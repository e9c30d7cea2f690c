"""The one sentence of what went wrong, out of Dagster's wrapping."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.full_disk import disk_full, is_full

PREFIX = "warehouse.errors.CmwError: "
STOPPED = "The run was stopped"


@contextmanager
def stopping_plainly() -> Iterator[None]:
    """Dagster's own error of a signal is a KeyboardInterrupt, which the command line knows."""
    try:
        yield
    except dg.DagsterExecutionInterruptedError:
        raise KeyboardInterrupt from None


def was_stopped(events: Iterable[dg.DagsterEvent]) -> bool:
    """Whether a person or the system stopped the run (SIGINT, SIGTERM)."""
    for event in events:
        error = event.step_failure_data.error if event.event_type == dg.DagsterEventType.STEP_FAILURE else None
        while error is not None:
            if error.cls_name in ("DagsterExecutionInterruptedError", "KeyboardInterrupt"):
                return True
            error = error.cause
    return False


def root_sentence(events: Iterable[dg.DagsterEvent]) -> str:
    """The innermost message of the first failed step; empty when no step failed."""
    events = list(events)
    if was_stopped(events):
        return STOPPED
    for event in events:
        if event.event_type != dg.DagsterEventType.STEP_FAILURE:
            continue
        error = event.step_failure_data.error
        while error is not None and error.cause is not None:
            error = error.cause
        described = (event.step_failure_data.user_failure_data or None) and event.step_failure_data.user_failure_data
        text = described.description if described and described.description else (error.message if error else "")
        if is_full(text):
            return ". ".join(disk_full(f"in step {event.step_key}"))
        return " ".join(text.split()).removeprefix(PREFIX)
    return ""
