"""The one sentence of what went wrong, out of Dagster's wrapping."""

from collections.abc import Iterable

import dagster as dg

PREFIX = "warehouse.errors.CmwError: "


def root_sentence(events: Iterable[dg.DagsterEvent]) -> str:
    """The innermost message of the first failed step; empty when no step failed."""
    for event in events:
        if event.event_type != dg.DagsterEventType.STEP_FAILURE:
            continue
        error = event.step_failure_data.error
        while error is not None and error.cause is not None:
            error = error.cause
        described = (event.step_failure_data.user_failure_data or None) and event.step_failure_data.user_failure_data
        text = described.description if described and described.description else (error.message if error else "")
        return " ".join(text.split()).removeprefix(PREFIX)
    return ""
