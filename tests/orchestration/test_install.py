"""Setting up the environment shows that it moves, and ends as pip ends."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

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
