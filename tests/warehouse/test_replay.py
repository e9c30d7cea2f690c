"""A replay has a folder of its own, and a day that is over."""

import os
from datetime import date, datetime

import pytest

from warehouse import replay
from warehouse.company import Company
from warehouse.errors import CmwError
from warehouse.settings import Settings

COMPANY = Company(name="Test", reporting_currency="CNY")
DAY = date(2026, 5, 31)


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setenv("CMW_TODAY", "2026-06-30")
    return Settings(config=tmp_path / "config", home=tmp_path / "home")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-07-01", "2026-07-01 is in the future: the business date is 2026-06-30"),
        ("yesterday", "'yesterday' is no date"),
    ],
)
def test_a_day_that_cannot_be_replayed_is_refused(settings, text, sentence):
    with pytest.raises(CmwError, match=sentence):
        replay.replay_day(text, settings, COMPANY)


def test_the_business_day_ends_in_the_companys_time_zone():
    assert replay.end_of_day(DAY, COMPANY) == datetime(2026, 5, 31, 15, 59, 59, 999999)


def test_this_process_works_for_the_replay_and_then_again_for_the_company(settings, monkeypatch):
    monkeypatch.setenv("CMW_HOME", str(settings.home))
    monkeypatch.setenv("CMW_OPERATIONAL_STORE", "postgresql+psycopg://company@host/store")
    before = dict(os.environ)
    own = replay.replay_settings(settings, DAY)
    with replay.in_replay(own, DAY):
        assert Settings.from_environment().home == settings.home.resolve() / "as_of" / "2026-05-31"
        assert own.operational_store_url == f"sqlite:///{own.home / 'operational.db'}"
        os.environ["LEFT_BEHIND"] = "by a step"
    assert dict(os.environ) == before


def test_a_replay_begins_from_nothing_but_keeps_what_was_published(settings):
    own = replay.replay_settings(settings, DAY)
    for name in ("working/warehouse.duckdb", "raw/manifest.json", "published/version.json", "operational.db"):
        (own.home / name).parent.mkdir(parents=True, exist_ok=True)
        (own.home / name).write_text("x", encoding="utf-8")
    replay.clear(own)
    assert [path.name for path in own.home.iterdir()] == ["published"]
