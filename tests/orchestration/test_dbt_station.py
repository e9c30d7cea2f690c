"""A build that is forked from the station is, for whoever started it, the command itself."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration import dbt_station

# Stands for cmw-dbt: `say` tells what it got, `fail` fails, `hang` writes its process id and waits.
COMMAND = """#!{python}
import os, signal, sys, time
sys.path.insert(0, {root!r})
from orchestration import dbt_station
from orchestration.dbt_child import _bind_to_parent

made_ready = []

def prepare():
    made_ready.append((os.getcwd(), os.environ.get("SAID"), os.getpid()))

def build():
    if sys.argv[1] == "say":
        print(sys.argv[2], os.environ["SAID"], os.getcwd(), os.getppid(), *made_ready[0], len(made_ready))
        sys.exit(0)
    if sys.argv[1] == "fail":
        raise ValueError("no such model")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as cmw-dbt does: tests may run in a shell's background
    open(sys.argv[2], "w").write(str(os.getpid()))
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        print("interrupted")
        sys.exit(7)

if sys.argv[1] == dbt_station.WAIT:
    dbt_station.wait_for_builds(int(sys.argv[2]), prepare, build, _bind_to_parent)
status = dbt_station.ask(os.environ[dbt_station.ADDRESS])
sys.exit(99 if status is None else status)
"""


@pytest.fixture
def command(tmp_path) -> Path:
    path = tmp_path / "command"
    path.write_text(COMMAND.format(python=sys.executable, root=str(Path(__file__).parents[2])))
    path.chmod(0o755)
    return path


def _run(command: Path, *arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run([command, *arguments], capture_output=True, text=True, check=False, **options)


def _hanging(command: Path, note: Path) -> tuple[subprocess.Popen, int]:
    """The command and the process that it has its build in."""
    process = subprocess.Popen([command, "hang", str(note)], stdout=subprocess.PIPE, text=True)
    while not (note.exists() and note.read_text()):
        time.sleep(0.05)
    return process, int(note.read_text())


def _is_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_build_has_the_arguments_folder_environment_and_output_of_its_command(command, tmp_path):
    with dbt_station.station(command):
        done = _run(command, "say", "hello", cwd=tmp_path, env={**os.environ, "SAID": "world"})
        again = _run(command, "say", "again", cwd=tmp_path, env={**os.environ, "SAID": "then"})
    assert done.stdout.split()[:3] == ["hello", "world", str(tmp_path)]
    assert again.stdout.split()[:2] == ["again", "then"]
    station = done.stdout.split()[3]
    assert again.stdout.split()[3] == station, "both are forks of one process"
    made_ready = [str(tmp_path), "world", station, "1"]  # once, where the first build is
    assert done.stdout.split()[4:] == again.stdout.split()[4:] == made_ready
    assert done.returncode == again.returncode == 0


def test_a_build_that_fails_fails_its_command_and_not_the_station(command):
    with dbt_station.station(command):
        failed = _run(command, "fail")
        assert failed.returncode == 1
        assert "ValueError: no such model" in failed.stderr
        assert _run(command, "say", "on", env={**os.environ, "SAID": "we go"}).returncode == 0


def test_a_signal_to_the_command_reaches_its_build(command, tmp_path):
    with dbt_station.station(command):
        process, _ = _hanging(command, tmp_path / "pid")
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
        assert (process.returncode, said) == (7, "interrupted\n")


def test_a_build_dies_with_its_command_and_with_the_station(command, tmp_path):
    with dbt_station.station(command):
        process, build = _hanging(command, tmp_path / "first")
        process.kill()
        process.wait()
        assert _is_gone(build)
        process, build = _hanging(command, tmp_path / "second")
    assert _is_gone(build)
    assert process.wait(timeout=30) == 1


def test_where_no_station_waits_the_command_hears_so(command, tmp_path):
    done = _run(command, "say", "x", env={**os.environ, dbt_station.ADDRESS: str(tmp_path / "none")})
    assert done.returncode == 99


def test_nothing_is_left_of_a_station(command):
    with dbt_station.station(command):
        address = os.environ[dbt_station.ADDRESS]
        assert Path(address).exists()
    assert not Path(address).parent.exists()
    assert dbt_station.ADDRESS not in os.environ
