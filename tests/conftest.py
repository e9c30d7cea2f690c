"""What all tests share: libraries kept quiet, and skips that fail where the proof is expected."""

import os
from pathlib import Path

import pytest

from orchestration.environment import QUIET

LONGEST = (
    "test_same_tables_on_spark.py",
    "test_golden_cases.py",
    "test_daemon.py",
    "test_two_clocks.py",
    "test_staging_property.py",
)

os.environ.update(QUIET)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """With CMW_NO_SKIPS a skipped proof is a failed one: the place that sets it promises to have all it needs."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CMW_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where it must run: {report.longrepr[2] if report.longrepr else ''}"


@pytest.fixture(autouse=True)
def _no_foreign_company(monkeypatch):
    """A test that forgets to choose its folders must not find those of the person who runs it."""
    for name in ("CMW_HOME", "CMW_CONFIG", "CMW_TODAY", "CMW_OPERATIONAL_STORE"):
        monkeypatch.delenv(name, raising=False)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """One file makes the demo company at the very start, while others run; who needs it too comes when it is there.

    Where it is there already, what takes longest begins first, so that the parallel processes end together.
    """
    companies = [item.path for item in items if "end_to_end" in item.path.parts]
    shared = os.environ.get("CMW_TEST_SHARED")
    is_made = shared is not None and (Path(shared) / "published_company.done").exists()

    def rank(item) -> int:
        if item.path not in companies:
            return 1
        return 0 if is_made or item.path == companies[0] else 2

    def place(item) -> tuple[int, int]:
        longest = LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST)
        return (longest if is_made else len(LONGEST)), rank(item)

    items.sort(key=place)
