"""A definition that cannot be built is found after the sources were read: the run has failed, and its owner is told."""

from types import SimpleNamespace

from orchestration import definitions, environment, execute
from orchestration.execute import run_company
from warehouse.errors import CmwError
from warehouse.settings import PROJECT_ROOT, Settings


def test_a_definition_that_does_not_build_is_told_like_any_failed_run(tmp_path, monkeypatch):
    monkeypatch.setenv("CMW_HOME", str(tmp_path))
    monkeypatch.setenv("CMW_TODAY", "2026-06-30")
    settings = environment.prepare(Settings(config=PROJECT_ROOT / "config", home=tmp_path))
    monkeypatch.setattr(execute, "begin_parse", lambda _: None)
    monkeypatch.setattr(execute, "_execute", lambda *_: SimpleNamespace(success=True, run_id="run-1"))

    def refuse(_settings):
        raise CmwError("Metric net_revenue has no owner", "Write one")

    monkeypatch.setattr(definitions, "build_defs", refuse)
    outcome = run_company(settings)
    assert outcome.state == "failed" and not outcome.is_good
    assert "Metric net_revenue has no owner. Write one." in outcome.failures[0]
    told = (tmp_path / "outbox" / "alerts.md").read_text(encoding="utf-8")
    assert "Run run-1 of rebuild failed" in told and "has no owner" in told
