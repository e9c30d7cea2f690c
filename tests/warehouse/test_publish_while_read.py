"""A reader in another process sees whole versions only, also when a publish is killed."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.warehouse.marts_for_publishing import open_filled
from warehouse.doctor import examine
from warehouse.lock import lock_holder, writer_lock
from warehouse.operational_store import open_store
from warehouse.publish import publish
from warehouse.published import open_published
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.versions import UNFINISHED

ROWS = 2_000


def _python(module: str, *arguments: object) -> subprocess.Popen:
    command = [sys.executable, "-m", f"tests.warehouse.{module}", *map(str, arguments)]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _publish(settings: Settings, run_id: str) -> None:
    with writer_lock(settings, run_id), open_filled(settings, run_id, ROWS) as connection:
        publish(connection, open_store(settings), settings, run_id)


def _kill_in_the_middle(settings: Settings) -> Path:
    """Kills a publisher after it began to write and before it moved the pointer; returns its leftover."""
    victim = _python("publisher_process", settings.home, "killed", 600_000, 0)
    versions = settings.published / "versions"
    while victim.poll() is None and not (begun := list(versions.glob(f"*{UNFINISHED}/customer_metrics.duckdb"))):
        time.sleep(0.002)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    assert victim.returncode == -signal.SIGKILL
    return begun[0].parent


def test_ten_publishes_one_of_them_killed_give_a_reader_one_run_per_version(settings):
    _publish(settings, "run-0")
    reader = _python("reading_process", settings.home)
    assert reader.stdout.readline() == "reading\n"
    for number in range(1, 5):
        _publish(settings, f"run-{number}")
    leftover = _kill_in_the_middle(settings)
    assert leftover.exists()
    assert lock_holder(settings) is None
    for number in range(6, 11):
        _publish(settings, f"run-{number}")
    assert not leftover.exists()
    (settings.home / "stop").touch()
    output, complaints = reader.communicate()
    result = json.loads(output.strip().splitlines()[-1])
    assert complaints == ""
    assert result["errors"] == []
    assert result["reads"] >= len(result["seen"]) >= 3
    for readings in result["seen"].values():
        assert len(readings) == 1, "two readings of one version differ"
        [[tiers, health, version]] = readings[0]
        assert tiers == health == version != "killed"


@pytest.mark.slow
@pytest.mark.parametrize("milliseconds", [0, 40, 90, 150, 220, 300, 400, 550])
def test_a_publish_killed_at_any_moment_leaves_a_whole_version_and_the_next_one_works(settings, milliseconds):
    _publish(settings, "run-0")
    victim = _python("publisher_process", settings.home, "killed", 1_000_000, 0)
    assert victim.stdout.readline() == "publishing\n"
    time.sleep(milliseconds / 1000)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    with open_published(settings) as connection:
        found = connection.execute("select distinct run_id from marts.customer_tiers").fetchall()
        version = connection.execute("select run_id from ops.published_versions where is_this_version").fetchone()
    assert found == [version]
    assert version[0] in ("run-0", "killed")
    _publish(settings, "run-1")
    assert {finding.severity for finding in examine(settings) if finding.area == "published"} == {"ok"}
