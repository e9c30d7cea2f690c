"""`cmw status` and `cmw doctor` say that a run failed and why, until a later one makes it good."""

import json
import re
import shutil
import sys

import dagster as dg
import pytest
import typer
from typer.testing import CliRunner

from alerting.decide import report_failed_run
from orchestration import environment
from orchestration.cli import status as commands
from orchestration.instance import PID_TAG, STARTED_TAG, open_instance, process_tags
from orchestration.last_failure import last_failure
from quality import rulebook
from warehouse.company import load_company
from warehouse.errors import CmwError
from warehouse.operational_store import open_store
from warehouse.settings import PROJECT_ROOT, Settings

REASON = "The rule file erp_payments.yml is wrong. Correct that key."
DEAD = {PID_TAG: "1", STARTED_TAG: "of another process"}


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    """A company that has not run yet, with the configuration of the demo."""
    for name in ("CMW_HOME", "CMW_CONFIG", "DAGSTER_HOME", "CMW_DAGSTER_HISTORY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("CMW_TODAY", "2026-06-30")
    shutil.copytree(PROJECT_ROOT / "config", tmp_path / "config")
    return environment.prepare(Settings(config=tmp_path / "config", home=tmp_path / "home"))


def _run(settings: Settings, job: str, fails: bool = False, tags: dict[str, str] | None = None) -> str:
    @dg.op
    def step() -> None:
        if fails:
            raise CmwError("The rule file erp_payments.yml is wrong", "Correct that key")

    @dg.job(name=job)
    def graph() -> None:
        step()

    with open_instance(settings) as instance:
        return graph.execute_in_process(instance=instance, raise_on_error=False, tags=tags).run_id


def _cmw(*arguments: str):
    app = typer.Typer()
    commands.add_to(app)
    return CliRunner().invoke(app, [*arguments], catch_exceptions=False)


def _begun(settings: Settings, tags: dict[str, str]) -> str:
    """A run that has not ended."""
    with open_instance(settings) as instance:
        run = instance.create_run_for_job(dg.GraphDefinition(name="read", node_defs=[]).to_job(), tags=tags)
        instance.report_dagster_event(dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, "read"), run.run_id)
        return run.run_id


def test_before_the_first_run_nothing_failed_and_no_records_are_made(settings):
    assert last_failure(settings) is None
    assert not (settings.dagster_home / "history" / "runs.db").exists()


def test_a_failed_run_is_told_by_status_and_doctor_with_id_time_and_reason(settings):
    run_id = _run(settings, "read", fails=True)
    failed = last_failure(settings)
    assert (failed.run_id, failed.job, failed.reason) == (run_id, "read", REASON)
    sentence = f"The last run of read ({run_id[:8]}, {failed.ended_at:%Y-%m-%d %H:%M} UTC) failed: {REASON}"
    assert sentence in _cmw("status").output
    assert json.loads(_cmw("status", "--json").output)["last_failure"]["reason"] == REASON
    [finding] = [one for one in json.loads(_cmw("doctor", "--json").output) if one.get("area") == "last run"]
    assert (finding["severity"], finding["what"]) == ("warning", sentence)
    assert "cmw run" in finding["remedy"]


@pytest.mark.parametrize(
    ("first", "then", "is_good"),
    [
        ("read", "read", True),
        ("rebuild", "refresh", True),
        ("maintain", "weekly_health", True),
        ("rebuild", "read", False),
        ("refresh", "maintain", False),
    ],
)
def test_a_failure_stands_until_the_same_job_or_one_that_publishes_succeeds(settings, first, then, is_good):
    _run(settings, first, fails=True)
    _run(settings, then)
    assert (last_failure(settings) is None) == is_good


def test_a_run_that_was_refused_beside_one_that_then_published_is_made_good(settings):
    with open_instance(settings) as instance:
        slow = instance.create_run_for_job(dg.GraphDefinition(name="rebuild", node_defs=[]).to_job())
    run_id = _run(settings, "rebuild", fails=True)
    assert last_failure(settings).run_id == run_id
    with open_instance(settings) as instance:
        for kind in (dg.DagsterEventType.RUN_START, dg.DagsterEventType.RUN_SUCCESS):
            instance.report_dagster_event(dg.DagsterEvent(kind.value, "rebuild"), slow.run_id)
    assert last_failure(settings) is None


def test_where_all_went_well_nobody_waits_for_dagster(settings, monkeypatch):
    _run(settings, "read", fails=True)
    _run(settings, "refresh")
    _run(settings, "read")
    monkeypatch.setitem(sys.modules, "orchestration.run_records", None)
    assert last_failure(settings) is None


def test_a_killed_run_is_told_before_and_after_the_next_one_marks_it(settings):
    run_id = _begun(settings, DEAD)
    assert last_failure(settings).run_id == run_id
    assert "killed" in last_failure(settings).reason
    with open_instance(settings) as instance:
        instance.report_run_failed(instance.get_run_by_id(run_id), "The process 1 of this run was killed.")
    assert "The process 1 of this run was killed." in last_failure(settings).reason


def test_a_run_that_is_under_way_has_not_failed(settings):
    _begun(settings, process_tags())
    assert last_failure(settings) is None


def test_a_run_that_dagster_calls_good_and_an_alert_calls_failed_has_failed(settings):
    run_id = _run(settings, "rebuild")
    store, company = open_store(settings), load_company(settings)
    report_failed_run(store, settings, company, job="rebuild", run_id=run_id, reason="Step published did not run")
    assert last_failure(settings).reason == "Step published did not run"


def test_records_that_cannot_be_read_stop_a_run_but_not_the_status(settings):
    _run(settings, "read")
    (settings.dagster_home / "history" / "runs.db").write_bytes(b"no database at all" * 100)
    told = _cmw("status")
    assert told.exit_code == 0 and "records" in told.output and "business date" in told.output
    assert _cmw("doctor").exit_code == 1


def _planted(path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("folder", ["raw", "marts"])
def test_a_wrong_rule_stops_a_run(settings, tmp_path, monkeypatch, folder):
    monkeypatch.setattr(rulebook, "RULES", shutil.copytree(rulebook.RULES, tmp_path / "rules"))
    path = next(path for path in (tmp_path / "rules" / folder).glob("[!_]*.yml") if "severity: " in path.read_text())
    path.write_text(re.sub("severity: [a-z]+", "severity: high", path.read_text(encoding="utf-8"), count=1), "utf-8")
    told = _cmw("doctor", "--json")
    [fault] = [one for one in json.loads(told.output) if one["severity"] == "error"]
    assert fault["area"] == "quality rules" and path.name in fault["what"] and "severity" in fault["what"]
    assert told.exit_code == 1
    assert "Nothing stops a run" not in _cmw("doctor").output


@pytest.mark.parametrize(
    ("file", "text", "area"),
    [
        ("alert_routes.yml", "channels: {}\n", "alert routes"),
        ("tier_overrides.yml", "overrides: [{tier: A}]\n", "tier overrides"),
        ("schedules.yml", "schedules: [{name: a, job: nonsense}]\n", "schedules"),
        (
            "schedules.yml",
            "schedules: [{name: a, job: refresh, cron: 99 * * * *, owner: o, description: d}]\n",
            "schedules",
        ),
        ("sources/crm.yml", "source_system: crm\n", "source files"),
    ],
)
def test_what_else_a_run_reads_first_is_looked_at(settings, file, text, area):
    _planted(settings.config / file, text)
    told = _cmw("doctor", "--json")
    faults = [one for one in json.loads(told.output) if one["severity"] == "error"]
    assert [fault["area"] for fault in faults] == [area]
    assert file.split("/")[-1] in faults[0]["what"] and faults[0]["remedy"]
    assert told.exit_code == 1


def test_a_wrong_company_is_told_once(settings):
    _planted(settings.config / "company.yml", "name: Test\nreporting_currency: CNY\nlanguage: fr\n")
    faults = [one for one in json.loads(_cmw("doctor", "--json").output) if one["severity"] == "error"]
    assert [fault["area"] for fault in faults] == ["configuration"]
