"""What the doctor reads before a run does: owners whom nobody can tell, and a dbt project that does not parse."""

import shutil

import pytest

from orchestration import run_state
from orchestration.before_a_run import CHECKS
from orchestration.cli import metrics
from orchestration.dbt_parse import ensure_manifest
from warehouse.doctor import examine
from warehouse.settings import PROJECT_ROOT, Settings


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    shutil.copytree(PROJECT_ROOT / "config", tmp_path / "config")
    project = tmp_path / "dbt_project"
    shutil.copytree(PROJECT_ROOT / "tests" / "metrics" / "tiny_project", project)
    monkeypatch.setattr(Settings, "dbt_project", project)
    monkeypatch.setenv("CMW_HOME", str(tmp_path))
    monkeypatch.setenv("CMW_CONFIG", str(tmp_path / "config"))
    (tmp_path / "dbt").mkdir()
    return Settings(config=tmp_path / "config", home=tmp_path)


def _rename(settings: Settings, file: str, old: str, new: str) -> None:
    path = settings.config / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("area", "file", "old", "new", "told"),
    [
        ("quality rules", "alert_routes.yml", "  marketing: {", "  markting: {", "owner marketing is not in"),
        (
            "schedules",
            "schedules.yml",
            "owner: finance",
            "owner: finanze",
            "schedule monthly_close: owner finanze is not",
        ),
    ],
)
def test_an_owner_whom_nobody_can_tell_is_named_once_with_who_hears_instead(settings, area, file, old, new, told):
    assert {finding.severity for finding in CHECKS[area](settings)} == {"ok"}
    _rename(settings, file, old, new)
    [finding] = [one for one in CHECKS[area](settings) if one.severity == "warning"]
    assert told in finding.what and finding.what.endswith("sales is told instead")
    assert "under owners in alert_routes.yml" in finding.remedy


def test_a_clock_that_was_put_back_is_told_until_it_is_right_again(settings, monkeypatch):
    """Else a run publishes an earlier day as if it were the newest, and says nothing."""
    run_state.remember(settings, {"as_of": "2026-06-30"}, "version")
    monkeypatch.setenv("CMW_TODAY", "2026-05-30")
    [told] = [finding for finding in CHECKS["calendar"](settings) if finding.severity == "warning"]
    assert told.what == "The business date 2026-05-30 lies before 2026-06-30, for which was published last"
    assert "Put the clock right" in told.remedy
    monkeypatch.setenv("CMW_TODAY", "2026-06-30")
    assert {finding.severity for finding in CHECKS["calendar"](settings)} == {"ok"}


def _mail(url: str) -> str:
    return f"channels:\n  mail: {{kind: apprise, url: '{url}'}}\n"


@pytest.mark.parametrize(
    ("area", "file", "old", "new", "told"),
    [
        (
            "alert routes",
            "alert_routes.yml",
            "channels:\n",
            _mail("feishu://${NO_SUCH}"),
            "variable NO_SUCH, which is not set",
        ),
        (
            "alert routes",
            "alert_routes.yml",
            "channels:\n",
            _mail("pigeon://a"),
            "channel mail is none that Apprise knows",
        ),
        ("calendar", "company.yml", "language: en", "calendar: {country: XX}", "calendar.country 'XX' has no known"),
        (
            "schedules",
            "schedules.yml",
            "weekly_health\n    job",
            "daily_refresh\n    job",
            "daily_refresh is there twice",
        ),
    ],
)
def test_what_a_run_would_meet_late_is_told_early(settings, area, file, old, new, told):
    (settings.home / "demo").mkdir()
    (settings.home / "demo" / "today.txt").write_text("2026-06-30")
    assert {finding.severity for finding in CHECKS[area](settings)} == {"ok"}
    _rename(settings, file, old, new)
    [finding] = [one for one in examine(settings, {area: CHECKS[area]}) if one.area == area and one.severity != "ok"]
    assert told in finding.what and finding.remedy


def test_metrics_are_read_and_a_project_that_does_not_parse_is_told(settings, capsys):
    assert [one.what for one in CHECKS["metrics"](settings)] == ["the first run reads the definitions"]
    ensure_manifest(settings)
    [good, *unheard] = CHECKS["metrics"](settings)
    assert good.severity == "ok" and "definitions" in good.what
    assert ["owner customer_success is not in" in one.what for one in unheard].count(True) == 1
    metrics.check_metrics()
    assert "owner customer_success is not in alert_routes.yml; sales is told instead" in capsys.readouterr().out

    (settings.dbt_project / "models" / "broken.yml").write_text("models: [\n")
    [finding] = [one for one in examine(settings, {"metrics": CHECKS["metrics"]}) if one.area == "metrics"]
    assert finding.severity == "error" and finding.what.startswith("The dbt project does not parse: ")
    assert "broken.yml" in finding.what and finding.remedy
