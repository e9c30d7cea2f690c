"""A second run is refused before it reads, whatever the first is at, and nobody is told of a failure."""

import contextlib
import subprocess
import sys
from datetime import UTC, datetime

import dagster as dg
import pytest
import typer

from orchestration import environment, execute, run_state
from orchestration.cli.status import doctor
from orchestration.errors import root_sentence
from orchestration.execute import run_company
from orchestration.reading import build_read_defs
from orchestration.resources import CompanyRun
from orchestration.running import running_now
from orchestration.schedule_lines import ScheduleLine
from orchestration.schedules import build_schedules
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


@pytest.fixture
def of_the_daemon(company):
    """What a run that Dagster starts has, in a process that holds nothing."""
    run = CompanyRun()
    run.setup_for_execution(dg.build_init_resource_context())
    yield run
    run.teardown_after_execution(dg.build_init_resource_context())


def test_a_run_that_dagster_starts_reads_nothing_while_another_is_at_work(company, of_the_daemon):
    """It read and judged beside a run that was building, and failed once it came to the writer lock."""
    command = [sys.executable, "-c", HOLDING, str(company.home), "between two steps"]
    other = subprocess.Popen(command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "held\n"
        refused = build_read_defs().resolve_job_def("read").execute_in_process(raise_on_error=False)
        assert f"process {other.pid}" in root_sentence(refused.all_events)
        assert not company.raw.exists()
        other.stdin.write("\n")
        other.stdin.flush()
        other.wait()
        of_the_daemon.take_turn()
        with pytest.raises(CmwError, match="Another run"):
            run_company(company)
    finally:
        other.kill()
        other.communicate()


def test_within_cmw_run_its_jobs_need_no_turn_of_their_own(company, of_the_daemon):
    with run_lock(company):
        of_the_daemon.take_turn()


def test_a_run_whose_day_lies_before_the_published_one_says_so(company, reads, monkeypatch):
    told = []
    monkeypatch.setattr(execute, "report", lambda event, detail: told.append((event, detail)))
    run_state.remember(company, {"as_of": "2026-07-31"}, "version")
    with pytest.raises(KeyboardInterrupt):
        run_company(company)
    [(_, detail)] = [one for one in told if one[0] == "finding"]
    assert "2026-06-30 lies before 2026-07-31" in detail["text"] and "clock" in detail["text"]


def test_what_nobody_starts_by_hand_waits_for_the_other():
    line = ScheduleLine(name="daily", job="refresh", cron="0 6 * * *", owner="data-platform", description="d")
    [schedule] = build_schedules([line], "Asia/Shanghai")
    [request] = schedule.evaluate_tick(
        dg.build_schedule_context(scheduled_execution_time=datetime.now(UTC))
    ).run_requests
    assert request.run_config["resources"]["run"]["config"]["wait_seconds"] > 600


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
