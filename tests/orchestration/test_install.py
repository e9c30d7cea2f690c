"""Setting up the environment shows that it moves, and ends as pip ends."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from warehouse.settings import PROJECT_ROOT

INSTALL = PROJECT_ROOT / "requirements" / "install.py"
NO_HASH = "--hash=sha256:" + "0" * 64


def _install(path: Path) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, INSTALL, path], capture_output=True, text=True, check=False)


def test_it_counts_the_packages_and_succeeds(tmp_path):
    path = tmp_path / "there.txt"
    path.write_text(
        f"# two that are there\npluggy=={version('pluggy')} {NO_HASH}\niniconfig=={version('iniconfig')} {NO_HASH}\n"
    )
    done = _install(path)
    assert done.returncode == 0, done.stderr
    assert "2 of 2 packages" in done.stdout


def test_what_pip_refuses_is_shown_and_fails(tmp_path):
    path = tmp_path / "wrong.txt"
    path.write_text("pluggy==not a version\n")
    done = _install(path)
    assert done.returncode != 0
    assert "not a version" in done.stderr


def test_the_pinned_files_name_every_package_that_is_needed():
    """Nothing is looked up beyond the files, so what one of them forgets is missing."""
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["runtime", "dev", "spark"])
def test_no_pin_carries_an_extra(name):
    """pip holds a[b]==1 and a>=0 for two things, and takes the newest release for the second."""
    text = (PROJECT_ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = [line.split("==")[0] for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
    assert len(pins) > 50
    assert [pin for pin in pins if "[" in pin] == []
