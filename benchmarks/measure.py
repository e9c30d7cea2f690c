"""Runs a command in a process of its own and says what it cost."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
LAUNCHER = Path(__file__).with_name("launch.py")


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
    costs = log.with_suffix(".json")
    launched = [sys.executable, "-S", str(LAUNCHER), str(costs), *command]
    with log.open("ab") as output:
        status = subprocess.run(
            launched, env={**os.environ, **environment}, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        ).returncode
    if status != 0:
        said = log.read_text(encoding="utf-8", errors="replace").strip()[-1000:]  # its folder goes with this process
        raise SystemExit(f"{' '.join(command)} failed with {status}: {said}")
    return Cost(time.monotonic() - started, **json.loads(costs.read_text(encoding="utf-8")))


def cmw(environment: dict[str, str], *arguments: str) -> Cost:
    return run([str(BIN / "cmw"), *arguments], environment)


def python(environment: dict[str, str], *arguments: str) -> Cost:
    return run([sys.executable, *arguments], environment)
