"""Where the steps of a run report to: the terminal when a person started it, else Dagster's log."""

import logging
from collections.abc import Callable
from typing import Any

Reporter = Callable[[str, dict[str, Any]], None]
_log = logging.getLogger("cmw")
_reporter: Reporter | None = None


def send_to(reporter: Reporter | None) -> None:
    """The command line sets its own reporter for the time of a run; None takes it away."""
    global _reporter
    _reporter = reporter


def is_watched() -> bool:
    """Whether a person looks on."""
    return _reporter is not None


def report(event: str, detail: dict[str, Any] | None = None) -> None:
    """One thing that happened: an event name such as ``step`` or ``rows``, and its facts."""
    if _reporter is not None:
        _reporter(event, detail or {})
    else:
        _log.debug("%s %s", event, detail)
