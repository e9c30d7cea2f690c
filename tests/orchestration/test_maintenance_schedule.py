"""The change log is maintained by a schedule, and its job merges what a source's loads have left."""

import shutil

import pytest

from ingestion.extract import extract
from orchestration.maintaining import maintain_job
from orchestration.resources import CompanyRun
from orchestration.schedule_lines import load_schedule_lines
from tests.ingestion.conftest import SmallCompany
from warehouse.raw_manifest import read_manifest
from warehouse.settings import PROJECT_ROOT, Settings


@pytest.fixture
def company(tmp_path, monkeypatch) -> SmallCompany:
    small = SmallCompany(tmp_path)
    shutil.copy(PROJECT_ROOT / "config" / "schedules.yml", small.settings.config)
    monkeypatch.setenv("CMW_CONFIG", str(small.settings.config))
    monkeypatch.setenv("CMW_HOME", str(small.settings.home))
    monkeypatch.setenv("CMW_TODAY", "2024-06-01")
    small.sql("create table p (product_code text, product_name text); insert into p values ('1', 'x')")
    small.source("erp_products: {table: p}")
    for number in range(5):
        small.sql(f"update p set product_name = '{number}'")
        extract(small.settings, small.company, run_id="test")
    return small


def test_a_line_of_the_schedules_runs_the_maintenance_job():
    lines = load_schedule_lines(Settings(config=PROJECT_ROOT / "config", home=PROJECT_ROOT / "data"))
    assert [line.name for line in lines if line.job == maintain_job.name] == ["weekly_maintenance"]


def test_the_job_merges_what_the_loads_left_and_every_version_stays(company):
    assert len(read_manifest(company.settings).files_of("erp_products", "shop")) == 5
    before = company.rows("erp_products")
    assert maintain_job.execute_in_process(resources={"run": CompanyRun()}).success
    assert len(read_manifest(company.settings).files_of("erp_products", "shop")) == 2, "the first load stays by itself"
    assert company.rows("erp_products") == before and len(before) == 5
