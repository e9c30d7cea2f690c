"""Shows a run's progress on the terminal, one line a step."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape

from orchestration import progress

STEP_TITLES = {
    "extract": "Reading the sources",
    "as known": "Gathering what was known",
    "gate 1": "Judging what has landed",
    "staging": "Building staging",
    "identity": "Resolving identities",
    "warehouse": "Building core and marts",
    "metrics": "Computing metrics",
    "gate 2": "Judging the marts",
    "publish": "Publishing",
}


SHOWN_MESSAGES = 5


class TerminalReporter:
    """Prints steps as they begin and what they did when they end."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self._models = 0
        self._messages = 0
        self._status = console.status("Starting")
        if console.is_terminal:
            self._status.start()

    def __call__(self, event: str, detail: dict[str, Any]) -> None:
        handler = getattr(self, f"_on_{event.replace(' ', '_')}", None)
        if handler is not None:
            handler(detail)

    def stop(self) -> None:
        self._status.stop()

    def _line(self, text: str) -> None:
        self._console.print(f"[dim]{time.monotonic() - self._started:6.1f} s[/]  {text}")

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

    def _on_as_known(self, detail: dict[str, Any]) -> None:
        self._line(f"  {detail['rows']:,} row versions in {detail['files']:,} files")

    def _on_gate(self, detail: dict[str, Any]) -> None:
        held = "" if detail["held"] is None else f", {detail['held']:,} rows held back"
        self._line(f"  {detail['checks']:,} checks, {detail['failed']:,} failed{held}")

    def _on_finding(self, detail: dict[str, Any]) -> None:
        self._line(f"  [red]{escape(detail['text'])}[/]")

    def _on_metrics(self, detail: dict[str, Any]) -> None:
        self._line(f"  {detail['metrics']:,} metrics, {detail['values']:,} values")

    def _on_message(self, detail: dict[str, Any]) -> None:
        self._messages += 1
        if self._messages <= SHOWN_MESSAGES:
            self._console.print(f"          {escape(detail['text'])}", soft_wrap=True)

    def _on_delivered(self, detail: dict[str, Any]) -> None:
        more = self._messages - SHOWN_MESSAGES
        if more > 0:
            self._console.print(f"          … and {more} more: cmw alerts list")
        self._line(f"  {detail['sent']:,} messages sent, {detail['failed']:,} not")

    def _on_published(self, detail: dict[str, Any]) -> None:
        self._line(f"  version {detail['version']}" + ("" if detail["good"] else " (last good marts, gate 2 failed)"))


@contextmanager
def _libraries_write_to(path: Path) -> Iterator[TextIO]:
    """Sends what libraries and child processes print to a file; yields the terminal."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        with os.fdopen(os.dup(saved[0]), "w", encoding="utf-8") as terminal:
            yield terminal
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(saved[0], 1)
        os.dup2(saved[1], 2)
        for descriptor in (*saved, log):
            os.close(descriptor)


@contextmanager
def terminal_reporter(log: Path, silent: bool = False) -> Iterator[None]:
    """Steps report to the terminal while the block runs; what libraries print goes to the log file."""
    with _libraries_write_to(log) as terminal:
        reporter = TerminalReporter(Console(file=terminal, highlight=False, force_terminal=terminal.isatty()))
        progress.send_to((lambda event, detail: None) if silent else reporter)
        try:
            yield
        finally:
            reporter.stop()
            progress.send_to(None)
