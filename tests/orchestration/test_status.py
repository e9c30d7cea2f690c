"""`cmw status` tells what readers find and who is at work, whatever the run's own notes say."""

import json
import os
from datetime import date

import pytest

from ingestion.extract_lock import extraction_lock
from orchestration import run_state
from orchestration.cli.status import status
from quality.scratch_folder import open_scratch
from tests.ingestion.conftest import SmallCompany
from tests.warehouse.marts_for_publishing import open_filled
from warehouse.erasures import ErasedRow, remember
from warehouse.lock import writer_lock
from warehouse.operational_store import open_store, writing
from warehouse.publish import publish


@pytest.fixture
def company(tmp_path, monkeypatch) -> SmallCompany:
    small = SmallCompany(tmp_path)
    monkeypatch.setenv("CMW_CONFIG", str(small.settings.config))
    monkeypatch.setenv("CMW_HOME", str(small.settings.home))
    monkeypatch.setenv("CMW_TODAY", "2024-06-01")
    return small


@pytest.fixture
def told(capsys):
    """What the command prints, as text and as JSON."""

    def ask() -> tuple[str, dict]:
        capsys.readouterr()
        status()
        text = " ".join(capsys.readouterr().out.split())
        status(as_json=True)
        return text, json.loads(capsys.readouterr().out)

    return ask


def published(settings, store, run_id: str) -> str:
    connection = open_filled(settings, run_id)
    try:
        return publish(connection, store, settings, run_id, as_of_date=date(2024, 5, 31)).version_id
    finally:
        connection.close()


def test_what_stands_published_after_an_erasure_is_told_and_that_the_next_run_withdraws_it(company, told):
    text, facts = told()
    assert "Nothing was published yet" in text and facts["published_version"] is None
    store = open_store(company.settings)
    first = published(company.settings, store, "run-1")
    text, facts = told()
    assert f"Published: version {first}, as of 2024-05-31" in text and "erasure" not in text
    with writing(store) as transaction:
        remember(transaction, [ErasedRow("crm", "crm_contacts", "1")])
    run_state.forget(company.settings)
    text, facts = told()
    assert f"Published: version {first}" in text and "the next run whose checks pass withdraws them: `cmw run`" in text
    assert (facts["published_version"], facts["published_before_erasure"]) == (first, True)
    second = published(company.settings, store, "run-2")
    text, facts = told()
    assert (facts["published_version"], facts["published_before_erasure"]) == (second, False)
    assert "erasure" not in text


def test_a_run_is_under_way_while_it_reads_and_while_it_judges_rows_too(company, told):
    me = f"process {os.getpid()}"
    with extraction_lock(company.settings, 0, lambda *_: None):
        text, facts = told()
    assert f"Running now: {me}, reading the sources, since 2" in text
    assert facts["running"]["process_id"] == os.getpid()
    with open_scratch(company.settings):
        assert f"Running now: {me}, gate 1" in told()[0]
    with writer_lock(company.settings, run_id="abc"):
        text, facts = told()
    assert f"Running now: {me}, tables, since" in text and facts["running"]["run_id"] == "abc"
    text, facts = told()
    assert "Running now: nothing" in text and facts["running"] is None
