"""A running daemon ticks the schedules and sensors; nothing here calls their functions."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from orchestration import environment
from orchestration.instance import open_instance
from warehouse.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.slow
CMW = Path(sys.executable).parent / "cmw"
EVERY_MINUTE = """
schedules:
  - {name: every_minute, job: read, cron: "* * * * *", owner: data-platform, description: Read every minute.}
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _until(seconds: float, found: Callable[[], object], what: str) -> object:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = found()
        if value:
            return value
        time.sleep(2)
    pytest.fail(f"{what} did not happen within {seconds:.0f} s")


@pytest.fixture
def settings(tmp_path) -> Settings:
    config = tmp_path / "config"
    shutil.copytree(PROJECT_ROOT / "config", config)
    (config / "schedules.yml").write_text(EVERY_MINUTE, encoding="utf-8")
    return Settings(config=config, home=tmp_path / "home")


@pytest.fixture
def daemon(settings):
    """`cmw dev` over a small demo company, in a process group of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CMW_", "DAGSTER_"))}
    env = {**kept, "CMW_HOME": str(settings.home), "CMW_CONFIG": str(settings.config)}
    subprocess.run([CMW, "demo", "create", "--customers", "30"], env=env, cwd=PROJECT_ROOT, check=True)
    log = (settings.home / "dev.log").open("wb")
    process = subprocess.Popen(
        [CMW, "dev", "--port", str(_free_port())],
        env=env, cwd=PROJECT_ROOT, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    _until(120, lambda: b"Dagster on" in (settings.home / "dev.log").read_bytes(), "the start of cmw dev")
    yield process
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=60)
    log.close()


def _scheduled_runs(settings: Settings, status: dg.DagsterRunStatus) -> list[dg.DagsterRun]:
    environment.prepare(settings)
    with open_instance(settings) as instance:
        tags = {"dagster/schedule_name": "every_minute"}
        return list(instance.get_runs(dg.RunsFilter(statuses=[status], tags=tags)))


def test_a_tick_runs_the_schedule_and_a_failed_run_reaches_its_owner(settings, daemon):
    done = _until(300, lambda: _scheduled_runs(settings, dg.DagsterRunStatus.SUCCESS), "a scheduled run")
    assert done[0].job_name == "read"
    assert (settings.raw / "manifest.json").exists()

    manifest = settings.raw / "manifest.json"
    good = manifest.read_bytes()
    manifest.write_bytes(good[: len(good) // 2])
    _until(240, lambda: _scheduled_runs(settings, dg.DagsterRunStatus.FAILURE), "a failed scheduled run")
    outbox = settings.home / "outbox" / "alerts.md"

    def told() -> bool:
        return outbox.exists() and "read" in outbox.read_text(encoding="utf-8") and "manifest" in outbox.read_text()

    _until(180, told, "the alert of the failed run")
