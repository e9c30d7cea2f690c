"""The grains that a run judges in one go are those that dbt would judge one by one."""

import json
import subprocess

import pytest

from orchestration import dbt_grains, environment
from orchestration.dbt_parse import CMW_DBT, load_manifest
from tests.end_to_end.conftest import ROOT
from warehouse import working_file
from warehouse.settings import Settings

DOUBLED = "insert into core.dim_channels select * from core.dim_channels limit 1"
UNNAMED = "update core.dim_products set product_code = null where rowid = 0"
GONE = "alter table core.fct_leads rename column lead_id to another_id"


@pytest.mark.slow
def test_a_doubled_row_an_empty_key_and_a_missing_column_are_told_as_dbt_tells_them(changing_company, tmp_path):
    settings = environment.prepare(Settings(config=ROOT / "config", home=changing_company.home))
    with working_file.connect(settings) as connection:
        for spoil in (DOUBLED, UNNAMED, GONE):
            connection.execute(spoil)
    manifest = load_manifest(settings)
    ours = dbt_grains.judge(settings, manifest, manifest["nodes"])

    options = ["--project-dir", "dbt_project", "--profiles-dir", "dbt_project", "--target-path", str(tmp_path)]
    command = [str(CMW_DBT), "test", "--select", dbt_grains.LEFT_TO_US, *options, "--log-path", str(tmp_path)]
    subprocess.run(command, env=changing_company.environment, cwd=ROOT, check=False, capture_output=True)
    dbts = json.loads((tmp_path / "run_results.json").read_text())["results"]

    said = ("status", "failures")
    assert {one["unique_id"]: [one[name] for name in said] for one in ours} == {
        one["unique_id"]: [one[name] for name in said] for one in dbts if one["unique_id"].startswith("test.")
    }
    wrong = {one["unique_id"].split(".")[2]: one["status"] for one in ours if one["status"] != "pass"}
    assert sorted(wrong.values()) == ["error", "fail", "fail"], wrong
    events = list(dbt_grains.as_events(manifest, ours))
    assert {event.check_name for event in events if not event.passed} == set(wrong)
    assert len(events) == len(ours)
