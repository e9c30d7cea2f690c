"""Dagster's pages as people see them, in a browser: names, descriptions, owners of what runs, no advertising."""

import html
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.orchestration.running_daemon import free_port, until
from warehouse.settings import PROJECT_ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium: apt-get install chromium"),
]
TOOLS = Path(sys.executable).parent


class Pages:
    """The UI over one company; opens a page and gives the text that stands on it."""

    def __init__(self, port: int, profile: Path) -> None:
        self._root, self._profile = f"http://127.0.0.1:{port}", profile

    def is_up(self) -> bool:
        return "customer_metrics" in self.text("/locations")

    def text(self, path: str, virtual_milliseconds: int = 20_000) -> str:
        command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1600,1400"]
        command += [f"--user-data-dir={self._profile}", f"--virtual-time-budget={virtual_milliseconds}", "--dump-dom"]
        done = subprocess.run(
            [*command, self._root + path], capture_output=True, text=True, check=False, timeout=180, env={**os.environ}
        )
        return html.unescape(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", done.stdout, flags=re.DOTALL))

    def shows(self, path: str, words: tuple[str, ...]) -> str:
        """The page's text, once all words stand on it."""
        found = ""
        for _ in range(5):
            found = self.text(path)
            if all(word in found for word in words):
                return found
            time.sleep(3)
        missing = [word for word in words if word not in found]
        pytest.fail(f"{path} does not show {missing}; it shows: {' '.join(found.split())[:2000]}")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A small demo company whose sources were read once, and `cmw dev` over it."""
    home = tmp_path_factory.mktemp("pages")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CMW_", "DAGSTER_"))}
    env = {
        **kept,
        "CMW_HOME": str(home),
        "CMW_CONFIG": str(PROJECT_ROOT / "config"),
        "DAGSTER_HOME": str(home / "dagster"),
        "CMW_DAGSTER_HISTORY": str(home / "dagster" / "history" / "runs"),
    }
    subprocess.run([TOOLS / "cmw", "demo", "create", "--customers", "30"], env=env, cwd=PROJECT_ROOT, check=True)
    port = free_port()
    with (home / "dev.log").open("wb") as log:
        process = subprocess.Popen(
            [TOOLS / "cmw", "dev", "--port", str(port)],
            env=env, cwd=PROJECT_ROOT, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            opened = Pages(port, home / "browser")
            until(300, opened.is_up, "the start of the UI")
            module = ["-m", "orchestration.code_location", "-j", "read"]
            read = [TOOLS / "dagster", "job", "execute", *module]
            subprocess.run(read, env=env, cwd=PROJECT_ROOT, check=True, capture_output=True)
            yield opened
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)


def test_the_catalogue_shows_assets_with_descriptions_and_no_sql(pages):
    text = pages.shows("/assets", ("alerts / decided", "core / customer_months", "Breached limits, failed checks"))
    assert "Raw SQL" not in text
    assert "Join the Dagster community" not in text


def test_an_asset_says_what_it_is_and_who_owns_it(pages):
    pages.shows("/assets/marts/receivables_bridge", ("receivables_bridge", "finance", "One row per"))


def test_schedules_and_sensors_stand_on_the_page_by_name(pages):
    names = ("daily_refresh", "weekly_health", "monthly_close", "failed_runs", "stale_sources", "new_files")
    pages.shows("/automation", (*names, "failed_checks_of_good_runs"))


def test_jobs_and_the_run_that_was_stand_on_their_pages(pages):
    pages.shows("/jobs", ("refresh", "rebuild", "read", "weekly_health", "monthly_close"))
    pages.shows("/runs", ("read", "Success"))
