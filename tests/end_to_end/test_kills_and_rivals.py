"""A killed run, a second run at the same time, a wrong setting: one sentence, nothing lost, the next run mends it."""

import re
import shutil
import signal
import sqlite3
import time

import dagster as dg
import pytest

from orchestration import environment
from orchestration.instance import open_instance
from tests.end_to_end.conftest import ROOT, LivingCompany
from warehouse.settings import Settings

OF_ACTIVITIES = ("core.fct_activities", "marts.churn_warnings")


def _drop_most_activities(company: LivingCompany) -> None:
    with sqlite3.connect(company.home / "demo" / "crm.db") as connection:
        assert connection.execute("delete from activity where act_id % 10 < 6").rowcount > 0
    connection.close()


@pytest.mark.slow
def test_a_second_run_is_refused_and_after_a_kill_the_next_mends_all_but_a_table_that_lost_its_rows(changing_company):
    company = changing_company
    pointer = company.home / "published" / "current"
    before = pointer.resolve()
    kept = {table: company.query(f"select count(*) from {table}") for table in OF_ACTIVITIES}
    [(run_before,)] = company.query("select run_id from ops.published_versions where is_this_version")
    company.cmw("demo", "advance", "--days", "1")
    _drop_most_activities(company)
    process = company.start("run")
    for text in iter(process.stdout.readline, b""):
        if b"Building core" in text:
            break
    refused = company.cmw("run", status=1)
    assert re.search(rf"process {process.pid}", refused), refused
    assert "--wait" in refused
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert pointer.resolve() == before
    assert company.query("select count(*) > 0 from core.dim_customers") == [(True,)]

    output = company.cmw("run")
    assert pointer.resolve() != before, output
    assert company.query("select max(as_of)::varchar from metrics.metric_values") == [("2026-07-01",)]
    _keeps(company, kept, run_before)
    assert "Nothing new" in company.cmw("run")
    _killed_and_made_good(company)


def _keeps(company: LivingCompany, kept: dict[str, list[tuple]], run_before: str) -> None:
    """The broken table and what descends from it have their last values, say so, and somebody was told."""
    assert {table: company.query(f"select count(*) from {table}") for table in kept} == kept
    told = dict(
        company.query("select schema_name || '.' || table_name, built_run_id from ops.published_tables where is_kept")
    )
    assert {told[table] for table in kept} == {run_before}, "each says from which run its rows are"
    assert "core.fct_invoices" not in told
    [(comment,)] = company.query("select comment from duckdb_tables() where table_name = 'fct_activities'")
    assert f"[kept from run {run_before}: not computed since]" in comment
    outbox = (company.home / "outbox" / "alerts.md").read_text(encoding="utf-8")
    assert "crm_activities.volume_drop (critical)" in outbox


def _killed_and_made_good(company: LivingCompany) -> None:
    """Dagster's records: the killed run has failed, a later one succeeded, none is thought to go on."""
    settings = environment.prepare(Settings(config=ROOT / "config", home=company.home))
    with open_instance(settings) as instance:
        states = {run.job_name: run.status for run in reversed(list(instance.get_runs()))}
        unfinished = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        failed = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]))
    assert states["rebuild"] == dg.DagsterRunStatus.SUCCESS
    assert not unfinished
    assert [run.job_name for run in failed] == ["rebuild"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sent", "at", "while_built"),
    [
        (signal.SIGTERM, b"Reading the sources", ""),
        (signal.SIGINT, b"Building staging", ""),
        (signal.SIGTERM, b"Building core", "fct_payments.sql"),
    ],
)
def test_a_run_that_is_stopped_says_in_one_sentence_what_stays_and_what_to_do(changing_company, sent, at, while_built):
    """Dagster answers signals itself while a job runs, dagster-dbt while dbt speaks, and Typer does for the rest."""
    pointer, built = changing_company.home / "published" / "current", changing_company.home / "dbt" / "run"
    before = pointer.resolve()
    shutil.rmtree(built)
    process = changing_company.start("run", "--full")
    for line in iter(process.stdout.readline, b""):
        if at in line:
            break
    while while_built and not any(built.rglob(while_built)):
        assert process.poll() is None
        time.sleep(0.1)
    process.send_signal(sent)
    said = process.stdout.read().decode()
    assert process.wait() == 130
    assert "Stopped. What was published before stays as it was; `cmw run` goes on from here." in said
    assert "rror" not in said, "no error, no traceback"
    assert pointer.resolve() == before


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("company.yml", "profile: b2b_project", "profil: b2b_project", ("company.yml", "profil")),
        ("company.yml", "time_zone: Asia/Shanghai", "time_zone: Asia/Shangai", ("company.yml", "time_zone")),
        ("sources/erp.yml", "  erp_customers:", "  erp_custommers:", ("erp.yml", "erp_custommers", "erp_customers")),
        ("sources/erp.yml", "source_system: erp", "source_system: [erp", ("erp.yml", "line")),
        ("alert_routes.yml", "default_owner: sales", "default_owner: nobody", ("alert_routes.yml", "nobody")),
    ],
)
def test_a_wrong_setting_is_refused_in_one_sentence_before_anything_is_read(
    published_company, tmp_path, file, old, new, words
):
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    path = config / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    output = published_company.cmw("run", status=1, CMW_CONFIG=str(config))
    for word in words:
        assert word in output
    assert "Traceback" not in output
    assert len(output.strip().splitlines()) <= 3
