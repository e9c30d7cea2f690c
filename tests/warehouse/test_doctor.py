"""The doctor finds each illness that it knows, names the remedy, and calls a healthy company healthy."""

import shutil

import pytest

from tests.warehouse.marts_for_publishing import open_filled
from warehouse.doctor import examine
from warehouse.durable_files import write_atomically
from warehouse.erasures import ErasedRow, remember
from warehouse.lock import writer_lock
from warehouse.operational_store import open_store, writing
from warehouse.publish import publish
from warehouse.published import current_version


@pytest.fixture
def healthy(settings):
    write_atomically(settings.config / "company.yml", "name: Test\nreporting_currency: CNY\n")
    with open_filled(settings, "run-1", rows=5) as connection:
        publish(connection, open_store(settings), settings, "run-1")
    return settings


def _ill(settings, area):
    found = [finding for finding in examine(settings) if finding.severity != "ok"]
    assert [finding.area for finding in found] == [area]
    assert found[0].remedy
    return found[0]


def test_a_healthy_company_has_no_finding(healthy):
    findings = examine(healthy)
    assert {finding.severity for finding in findings} == {"ok"}
    assert len(findings) == 6


def test_a_wrong_key_in_the_configuration_is_named(healthy):
    write_atomically(healthy.config / "company.yml", "name: Test\nreporting_currency: CNY\nlanguage: fr\n")
    assert "language" in _ill(healthy, "configuration").what


def test_a_running_writer_is_named_with_its_process(healthy):
    with writer_lock(healthy, "run-2"):
        finding = _ill(healthy, "lock")
    assert "run-2" in finding.what
    assert "kill" in finding.remedy


def test_a_store_that_is_no_database_is_found(healthy):
    for path in healthy.home.glob("operational.db*"):
        path.unlink()
    (healthy.home / "operational.db").write_bytes(b"no database at all" * 100)
    assert _ill(healthy, "operational store").severity == "error"


def test_an_erasure_that_was_killed_is_found(healthy):
    with writing(open_store(healthy)) as transaction:
        remember(transaction, [ErasedRow("crm", "crm_contacts", "1")])
    assert "erasure of 1 row" in _ill(healthy, "operational store").what


def test_a_torn_manifest_is_found(healthy):
    write_atomically(healthy.raw / "manifest.json", '{"format": 1, "files": [')
    assert "manifest" in _ill(healthy, "change log").what


def test_a_missing_raw_file_is_found(healthy):
    entry = '{"entity":"e","source_system":"s","load_id":"1","load_seq":1,"path":"e/s/gone.parquet","rows":1,'
    entry += '"bytes":1,"sha256":"x","loaded_at":"2026-01-01T00:00:00"}'
    write_atomically(healthy.raw / "manifest.json", '{"format": 1, "load_seq": 1, "files": [' + entry + "]}")
    assert "e/s/gone.parquet" in _ill(healthy, "change log").what


def test_what_a_killed_publish_left_is_found_and_needs_nothing(healthy):
    (healthy.published / "versions" / "20990101T000000000-x.unfinished").mkdir()
    assert "Nothing to do" in _ill(healthy, "published").remedy


def test_a_version_that_lost_a_file_is_found(healthy):
    (current_version(healthy) / "parquet" / "marts" / "customer_tiers.parquet").unlink()
    assert "not whole" in _ill(healthy, "published").what


def test_a_damaged_database_is_found(healthy):
    path = current_version(healthy) / "customer_metrics.duckdb"
    path.chmod(0o644)
    path.write_bytes(b"torn")
    assert "customer_metrics.duckdb" in _ill(healthy, "published").what


def test_a_pointer_to_nothing_is_found(healthy):
    shutil.rmtree(current_version(healthy))
    findings = [finding for finding in examine(healthy) if finding.severity == "error"]
    assert "is gone" in findings[0].what


def test_marts_kept_after_a_failed_gate_are_pointed_out(healthy):
    with open_filled(healthy, "run-2", rows=5) as connection:
        publish(connection, open_store(healthy), healthy, "run-2", gate_passed=False)
    assert "failed gate 2" in _ill(healthy, "published").what


def test_a_company_without_anything_is_examined_without_a_traceback(settings):
    areas = {finding.area for finding in examine(settings) if finding.severity != "ok"}
    assert areas == {"configuration", "published"}
