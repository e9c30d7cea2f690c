"""Runs a command in a process of its own and says what it cost."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Cost:
    """Wall seconds, CPU seconds (user and system, children included) and peak resident memory in MB."""

    wall: float
    cpu: float
    peak_mb: float


def run(command: list[str], environment: dict[str, str]) -> Cost:
    """The cost of a command that must succeed; its output goes to the benchmark's log."""
    started = time.monotonic()
    log = Path(environment["CMW_HOME"]) / "benchmark.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}; see {log}")
    return Cost(time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def cmw(environment: dict[str, str], *arguments: str) -> Cost:
    return run([str(BIN / "cmw"), *arguments], environment)


def python(environment: dict[str, str], *arguments: str) -> Cost:
    return run([sys.executable, *arguments], environment)
