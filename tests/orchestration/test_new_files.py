"""The sensor that starts a refresh when files arrive in a source's folder."""

import dagster as dg
import pytest

from ingestion.extract import extract
from orchestration.sensors import SENSORS
from orchestration.sensors.new_files import new_files
from warehouse.company import load_company
from warehouse.settings import Settings

SOURCE = """
source_system: bank
kind: erp
connection: {folder}
entities:
  erp_products: {{file: 'p*.csv'}}
"""
HEAD = "product_code,product_name\n"


@pytest.fixture
def inbox(tmp_path, monkeypatch):
    folder = tmp_path / "inbox"
    folder.mkdir()
    config = tmp_path / "config"
    (config / "sources").mkdir(parents=True)
    (config / "company.yml").write_text("name: Test\nreporting_currency: CNY\n")
    (config / "sources" / "bank.yml").write_text(SOURCE.format(folder=folder))
    monkeypatch.setenv("CMW_CONFIG", str(config))
    monkeypatch.setenv("CMW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CMW_TODAY", "2024-06-01")
    return folder


def tick(cursor: str | None) -> tuple[list[dg.RunRequest], str | None]:
    """One look of the sensor: what it asks for, and its cursor after."""
    context = dg.build_sensor_context(cursor=cursor)
    result = new_files(context)
    if isinstance(result, dg.SkipReason):
        return [], context.cursor
    return result.run_requests, result.cursor


def read() -> None:
    settings = Settings.from_environment()
    extract(settings, load_company(settings), run_id="test")


def test_a_file_that_arrives_starts_one_refresh_once_it_is_complete(inbox):
    requests, cursor = tick(None)
    assert requests == []
    (inbox / "p1.csv").write_text(HEAD + "1,o")
    requests, cursor = tick(cursor)
    assert requests == [], "it may still be growing"
    (inbox / "p1.csv").write_text(HEAD + "1,one\n")
    requests, cursor = tick(cursor)
    assert requests == [], "it has grown"
    (first,), cursor = tick(cursor)
    assert new_files.job_name == "refresh" and first.tags["cmw/new_files"] == "1"
    (again,), cursor = tick(cursor)
    assert again.run_key == first.run_key, "Dagster starts one run for it"
    read()
    assert tick(cursor)[0] == []


def test_a_file_corrected_and_sent_again_starts_another_refresh(inbox):
    (inbox / "p1.csv").write_text(HEAD + "1,one\n")
    read()
    (inbox / "p1.csv").write_text(HEAD + "1,corrected\n")
    _, cursor = tick(None)
    (first,), _ = tick(cursor)
    (inbox / "p1.csv").write_text(HEAD + "1,corrected again\n")
    _, cursor = tick(cursor)
    (second,), _ = tick(cursor)
    assert first.run_key != second.run_key


def test_a_file_that_was_set_aside_starts_no_second_run_until_it_is_sent_again(inbox):
    (inbox / "p1.csv").write_bytes("product_code,product_name\n1,轴承\n".encode("gbk"))
    _, cursor = tick(None)
    (first,), cursor = tick(cursor)
    read()
    (second,), cursor = tick(cursor)
    assert first.run_key == second.run_key


def test_a_folder_that_is_not_there_is_no_new_file(inbox):
    inbox.rmdir()
    assert tick(None)[0] == []


def test_the_sensor_is_among_those_that_dagster_runs():
    assert new_files in SENSORS and new_files.default_status == dg.DefaultSensorStatus.RUNNING
