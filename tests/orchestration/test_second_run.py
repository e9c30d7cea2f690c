"""A second run is refused before it reads, whatever the first is at, and nobody is told of a failure."""

import contextlib
import subprocess
import sys

import pytest
import typer

from orchestration import environment, execute
from orchestration.cli.status import doctor
from orchestration.execute import run_company
from orchestration.running import running_now
from warehouse.errors import CmwError
from warehouse.lock import run_lock
from warehouse.settings import PROJECT_ROOT, Settings

HOLDING = """
import sys
from pathlib import Path
from ingestion.extract_lock import extraction_lock
from quality.scratch_folder import open_scratch
from warehouse.lock import run_lock, writer_lock
from warehouse.settings import Settings
home = Path(sys.argv[1])
settings = Settings(config=home, home=home)
holds = {
    "between two steps": lambda: run_lock(settings),
    "reading the sources": lambda: extraction_lock(settings, 0, lambda *_: None),
    "gate 1": lambda: open_scratch(settings),
    "tables": lambda: writer_lock(settings, "run-of-another"),
}
with holds[sys.argv[2]]():
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def company(tmp_path, monkeypatch) -> Settings:
    settings = Settings(config=PROJECT_ROOT / "config", home=tmp_path)
    monkeypatch.setenv("CMW_HOME", str(settings.home))
    monkeypatch.setenv("CMW_TODAY", "2026-06-30")
    return environment.prepare(settings)


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """Jobs that a run begins; none of them is executed."""
    begun: list[str] = []

    def stop(_defs, job, *_):
        begun.append(job)
        raise KeyboardInterrupt

    monkeypatch.setattr(execute, "_execute", stop)
    monkeypatch.setattr(execute, "begin_parse", lambda _: None)
    return begun


@pytest.mark.parametrize("at", ["between two steps", "reading the sources", "gate 1", "tables"])
def test_it_is_refused_before_it_reads_and_begins_once_the_other_has_ended(company, reads, at):
    command = [sys.executable, "-c", HOLDING, str(company.home), at]
    other = subprocess.Popen(command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "held\n"
        assert [running.process_id for running in running_now(company)] == [other.pid]
        with pytest.raises(CmwError) as refused:
            run_company(company)
        assert "Another run" in str(refused.value) and f"process {other.pid}" in str(refused.value)
        assert "--wait" in str(refused.value)
        assert not reads
        other.stdin.write("\n")
        other.stdin.flush()
        with pytest.raises(KeyboardInterrupt):
            run_company(company, wait_seconds=60)
        assert reads == ["read"]
    finally:
        other.kill()
        other.communicate()


def test_what_a_run_is_writing_is_no_left_over_to_be_mended(company, capsys):
    (company.raw / "crm_accounts" / "crm" / "load_id=000001-20260630").mkdir(parents=True)
    with run_lock(company):
        _doctor()
    assert "is in no manifest" not in capsys.readouterr().out
    _doctor()
    assert "is in no manifest" in capsys.readouterr().out


def _doctor() -> None:
    """Its list alone: the sources of this company are not there, which it says too."""
    with contextlib.suppress(typer.Exit):
        doctor(as_json=True, mend=False)
