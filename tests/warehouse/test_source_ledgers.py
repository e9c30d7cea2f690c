"""Ledgers of several currencies: what dbt learns of each source's."""

from datetime import date

import pyarrow.parquet as pq
import pytest

from warehouse import run_context
from warehouse.company import Company
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    (tmp_path / "config" / "sources").mkdir(parents=True)
    return Settings(config=tmp_path / "config", home=tmp_path / "home")


def _told(settings: Settings) -> str:
    run_context.write(settings, Company(name="Test", reporting_currency="EUR"), "run", date(2026, 6, 30))
    (row,) = pq.read_table(settings.home / "run_context.parquet").to_pylist()
    return row["source_ledger_currencies"]


def test_each_source_that_names_its_ledger_is_told(settings):
    sources = settings.config / "sources"
    (sources / "uk.yml").write_text("source_system: uk_erp\nledger_currency: GBP\nconnection: ${UK_URL}\n", "utf-8")
    (sources / "erp.yml").write_text("source_system: erp\nledger_currency: EUR\n", "utf-8")
    (sources / "crm.yml").write_text("source_system: crm\n", "utf-8")
    assert _told(settings) == ",erp:EUR,uk_erp:GBP,"


def test_without_any_every_ledger_is_the_companys(settings):
    assert _told(settings) == ","
