"""One writer at a time: refused, waited for, and freed by the kernel."""

import os
import signal
import subprocess
import sys

import pytest

from warehouse.errors import CmwError
from warehouse.lock import lock_holder, writer_lock
from warehouse.settings import PROJECT_ROOT, Settings

HOLDING = """
import sys, time
from pathlib import Path
from warehouse.lock import writer_lock
from warehouse.settings import Settings
home = Path(sys.argv[1])
with writer_lock(Settings(config=home, home=home), "run-of-another"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def other(settings: Settings):
    command = [sys.executable, "-c", HOLDING, str(settings.home)]
    process = subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_writer_is_told_who_holds_the_lock_and_since_when(settings, other):
    with pytest.raises(CmwError) as caught, writer_lock(settings):
        pass
    message = str(caught.value)
    assert "run-of-another" in message
    assert f"process {other.pid}" in message
    assert " since 20" in message
    assert "--wait" in message


def test_the_kernel_frees_the_lock_of_a_killed_process(settings, other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    with writer_lock(settings, "mine"):
        assert lock_holder(settings).process_id == os.getpid()


def test_a_writer_that_waits_gets_the_lock_when_the_other_ends(settings, other):
    other.stdin.write("\n")
    other.stdin.flush()
    with writer_lock(settings, "mine", wait_seconds=60):
        assert lock_holder(settings).run_id == "mine"


def test_asking_who_holds_it_does_not_disturb_and_nobody_is_none(settings, other):
    assert lock_holder(settings).process_id == other.pid
    assert lock_holder(settings).process_id == other.pid
    other.communicate("\n")
    assert lock_holder(settings) is None


def test_a_child_process_does_not_keep_the_lock(settings):
    with writer_lock(settings, "first"):
        child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    try:
        with writer_lock(settings, "second"):
            assert lock_holder(settings).run_id == "second"
    finally:
        child.communicate(b"")


def test_the_lock_is_freed_when_the_run_fails(settings):
    with pytest.raises(ZeroDivisionError), writer_lock(settings):
        raise ZeroDivisionError
    assert lock_holder(settings) is None
