"""What all tests share: libraries kept quiet, and skips that fail where the proof is expected."""

import os

import pytest

from orchestration.environment import QUIET

os.environ.update(QUIET)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Tests of one file share its fixtures and stay on one process; so do all that only look at the demo company."""
    for item in items:
        slow = any(item.get_closest_marker(name) for name in ("slow", "servers", "browser", "spark"))
        looks_on = item.path.parent.name == "end_to_end" and not slow
        group = "demo company" if looks_on else item.path.parent.name + "/" + item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))


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
