"""A small demo company with `cmw dev` over it, for tests that look at what the daemon does."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from orchestration import environment
from orchestration.dbt_parse import ensure_manifest
from orchestration.errors import root_sentence
from orchestration.instance import open_instance
from warehouse.operational_store import open_store
from warehouse.settings import PROJECT_ROOT, Settings

CMW = Path(sys.executable).parent / "cmw"
LAUNCH = """
mutation Launch($parameters: ExecutionParams!) {
  launchRun(executionParams: $parameters) { __typename ... on LaunchRunSuccess { run { runId } } }
}
"""
START = """
mutation Start($selector: ScheduleSelector!) {
  startSchedule(scheduleSelector: $selector) { __typename ... on ScheduleStateResult { scheduleState { id } } }
}
"""
STOP = "mutation Stop($id: String!) { stopRunningSchedule(id: $id) { __typename } }"
REPOSITORY = {"repositoryLocationName": "customer_metrics", "repositoryName": "__repository__"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(seconds: float, found: Callable[[], object], what: str) -> object:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = found()
        if value:
            return value
        time.sleep(2)
    pytest.fail(f"{what} did not happen within {seconds:.0f} s")


@dataclass
class DaemonCompany:
    """One company, its records, and the daemon once it has been started."""

    settings: Settings
    port: int = 0
    process: subprocess.Popen | None = None
    ticked: list[str] = field(default_factory=list)

    @classmethod
    def create(cls, folder: Path, customers: int = 30) -> "DaemonCompany":
        shutil.copytree(PROJECT_ROOT / "config", folder / "config")
        company = cls(environment.prepare(Settings(config=folder / "config", home=folder / "home")))
        company.cmw("demo", "create", "--customers", str(customers))
        ensure_manifest(company.settings)
        return company

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CMW_", "DAGSTER_"))}
        return {**kept, "CMW_HOME": str(self.settings.home), "CMW_CONFIG": str(self.settings.config)}

    def cmw(self, *arguments: str) -> None:
        subprocess.run([CMW, *arguments], env=self.environment, cwd=PROJECT_ROOT, check=True)

    def schedules(self, *jobs: str) -> None:
        """Writes schedules.yml: one line a job, each minute, switched off as a person may do in Dagster's UI."""
        lines = [
            f'  - {{name: at_{job}, job: {job}, cron: "* * * * *", owner: sales, description: Test, is_running: no}}'
            for job in jobs
        ]
        text = "\n".join(["schedules:", *lines, ""])
        (self.settings.config / "schedules.yml").write_text(text, encoding="utf-8")

    def start(self) -> None:
        """`cmw dev`, in a process group of its own."""
        self.port = free_port()
        path = self.settings.home / "dev.log"
        with path.open("wb") as log:
            self.process = subprocess.Popen(
                [CMW, "dev", "--port", str(self.port)],
                env=self.environment, cwd=PROJECT_ROOT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until(300, lambda: b"Dagster on" in path.read_bytes() and self._answers(), "the start of cmw dev")

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=60)

    def runs(self, status: dg.DagsterRunStatus | None, job: str, **tags: str) -> list[dg.DagsterRun]:
        """Runs of a job, of one status or of any."""
        wanted = dg.RunsFilter(statuses=[status] if status else None, job_name=job, tags=tags)
        with open_instance(self.settings) as instance:
            return list(instance.get_runs(wanted))

    def succeeded(self, job: str) -> set[str]:
        return {run.run_id for run in self.runs(dg.DagsterRunStatus.SUCCESS, job)}

    def tick(self, job: str) -> dg.DagsterRun:
        """Switches the job's schedule on until it has started a run, and waits until that has gone well."""
        tag = {"dagster/schedule_name": f"at_{job}"}
        started = self._ask(START, {"selector": {**REPOSITORY, "scheduleName": f"at_{job}"}})["startSchedule"]
        until(300, lambda: self.runs(None, job, **tag), f"a tick of the schedule of {job}")
        self.ticked.append(started["scheduleState"]["id"])
        return until(900, lambda: self._gone_well(job, tag), f"the scheduled {job}")[0]

    def _gone_well(self, job: str, tag: dict[str, str]) -> list[dg.DagsterRun]:
        """The job's successful runs; the test ends at once, with the reason, where none is and one has failed.

        Schedules are switched off again and again: a tick that is not over yet writes its schedule's old state over the
        new one when it ends, and runs would queue up by the minute.
        """
        for state_id in self.ticked:
            self._ask(STOP, {"id": state_id})
        good = self.runs(dg.DagsterRunStatus.SUCCESS, job, **tag)
        failed = [] if good else self.runs(dg.DagsterRunStatus.FAILURE, job, **tag)
        if failed:
            with open_instance(self.settings) as instance:
                log = [entry.dagster_event for entry in instance.all_logs(failed[0].run_id) if entry.is_dagster_event]
            pytest.fail(f"the scheduled {job} failed: {root_sentence(log)}")
        return good

    def launch_check(self, table: str, check: str) -> str:
        """Runs one check alone, as its button in Dagster's UI does; returns the run's id."""
        return self._launch([], [{"assetKey": {"path": table.split(".")}, "name": check}])

    def launch_asset(self, *path: str) -> str:
        """Makes one asset of what is there, as its button in Dagster's UI does; returns the run's id."""
        return self._launch([{"path": path}], [])

    def _launch(self, assets: list[dict], checks: list[dict]) -> str:
        selector = {
            **REPOSITORY,
            "pipelineName": "__ASSET_JOB",
            "assetSelection": assets,
            "assetCheckSelection": checks,
        }
        parameters = {"selector": selector, "mode": "default", "runConfigData": {}}
        return self._ask(LAUNCH, {"parameters": parameters})["launchRun"]["run"]["runId"]

    def _ask(self, query: str, variables: dict) -> dict:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["data"]

    def outbox(self) -> str:
        path = self.settings.home / "outbox" / "alerts.md"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def stored(self, query: sa.Select) -> list[sa.Row]:
        """Rows of the operational store."""
        store = open_store(self.settings)
        with store.connect() as reading:
            found = list(reading.execute(query))
        store.dispose()
        return found
