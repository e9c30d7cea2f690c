"""A company in tmp_path whose clock stands well after the loads of the fixtures."""

import duckdb
import pytest

from quality import gate_raw
from quality.verdicts import verdicts_path
from tests.quality.raw_log_builder import RawLog
from warehouse.company import Company

TODAY = "2026-06-30"


@pytest.fixture
def company() -> Company:
    return Company(name="Test", reporting_currency="CNY")


@pytest.fixture
def log(tmp_path, monkeypatch) -> RawLog:
    monkeypatch.setenv("CMW_TODAY", TODAY)
    return RawLog(tmp_path / "data", tmp_path / "config")


@pytest.fixture
def judge(log, company):
    """Runs gate 1 over the log."""

    def run(**options):
        return gate_raw.judge(log.settings, company, "run-1", **options)

    return run


@pytest.fixture
def verdicts(log):
    """The verdicts as (entity, key, rule, severity), sorted."""

    def read() -> list[tuple[str, str, str, str]]:
        query = f"select entity, key, rule, severity from '{verdicts_path(log.settings)}' order by all"
        return duckdb.sql(query).fetchall()

    return read
