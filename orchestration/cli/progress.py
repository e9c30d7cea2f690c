"""Shows a run's progress on the terminal, one line a step."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from orchestration import progress
from orchestration.cli.output import console

STEP_TITLES = {
    "extract": "Reading the sources",
    "gate 1": "Judging what has landed",
    "staging": "Building staging",
    "identity": "Resolving identities",
    "warehouse": "Building core and marts",
    "metrics": "Computing metrics",
    "gate 2": "Judging the marts",
    "publish": "Publishing",
}


class TerminalReporter:
    """Prints steps as they begin and what they did when they end."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._models = 0
        self._status = console.status("Starting")
        self._status.start()

    def __call__(self, event: str, detail: dict[str, Any]) -> None:
        handler = getattr(self, f"_on_{event.replace(' ', '_')}", None)
        if handler is not None:
            handler(detail)

    def stop(self) -> None:
        self._status.stop()

    def _line(self, text: str) -> None:
        console.print(f"[dim]{time.monotonic() - self._started:6.1f} s[/]  {text}")

    def _on_step(self, detail: dict[str, Any]) -> None:
        self._models = 0
        title = STEP_TITLES.get(detail["name"], detail["name"])
        self._status.update(title)
        self._line(title)

    def _on_entity_loaded(self, detail: dict[str, Any]) -> None:
        self._status.update(f"Reading {detail['source_system']}: {detail['entity']}, {detail['rows_read']:,} rows")

    def _on_waiting(self, detail: dict[str, Any]) -> None:
        self._line(f"Waiting for the {detail['for']} of process {detail['process']}")

    def _on_model(self, detail: dict[str, Any]) -> None:
        self._models += 1
        self._status.update(f"{STEP_TITLES.get(detail['step'], detail['step'])}: {self._models} tables")

    def _on_read(self, detail: dict[str, Any]) -> None:
        self._line(f"  {detail['rows']:,} rows read, {detail['new']:,} new or changed, {detail['deletes']:,} deleted")

    def _on_gate(self, detail: dict[str, Any]) -> None:
        held = "" if detail["held"] is None else f", {detail['held']:,} rows held back"
        self._line(f"  {detail['checks']:,} checks, {detail['failed']:,} failed{held}")

    def _on_finding(self, detail: dict[str, Any]) -> None:
        self._line(f"  [red]{detail['text']}[/]")

    def _on_metrics(self, detail: dict[str, Any]) -> None:
        self._line(f"  {detail['metrics']:,} metrics, {detail['values']:,} values")

    def _on_published(self, detail: dict[str, Any]) -> None:
        self._line(f"  version {detail['version']}" + ("" if detail["good"] else " (last good marts, gate 2 failed)"))


@contextmanager
def terminal_reporter(silent: bool = False) -> Iterator[None]:
    """Steps report to the terminal while the block runs."""
    if silent:
        yield
        return
    reporter = TerminalReporter()
    progress.send_to(reporter)
    try:
        yield
    finally:
        reporter.stop()
        progress.send_to(None)
