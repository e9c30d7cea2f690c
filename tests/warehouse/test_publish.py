"""What is published, what is not, and what a failed gate 2 leaves."""

import json
import stat
import subprocess
import sys
from datetime import date

import duckdb
import pytest
import sqlalchemy as sa
import yaml

from tests.warehouse.marts_for_publishing import fill, open_filled
from warehouse.erasures import ErasedRow, may_show_erased, remember
from warehouse.errors import CmwError
from warehouse.operational_store import open_store, writing
from warehouse.publish import publish
from warehouse.publish_rules import is_published_column
from warehouse.published import current_version, open_published, versions_folder
from warehouse.settings import PROJECT_ROOT, Settings
from warehouse.tables import published_versions
from warehouse.versions import read_version, tidy
from warehouse.working_file import connect


@pytest.fixture
def store(settings: Settings) -> sa.Engine:
    return open_store(settings)


def _publish(settings, store, run_id, rows=1000, **options):
    with open_filled(settings, run_id, rows) as connection:
        return publish(connection, store, settings, run_id, **options)


def _tables(connection):
    query = "select schema_name || '.' || table_name from duckdb_tables() order by 1"
    return [name for (name,) in connection.execute(query).fetchall()]


def test_the_published_file_holds_tables_of_the_published_schemas_only(settings, store):
    _publish(settings, store, "run-1")
    with open_published(settings) as connection:
        assert _tables(connection) == [
            "core.dim_customers",
            "identity.customer_identity_map",
            "marts.customer_health",
            "marts.customer_tiers",
            "metrics.metric_values",
            "ops.alerts",
            "ops.loads",
            "ops.published_tables",
            "ops.published_versions",
            "ops.tasks",
            "quality.check_results",
            "quality.quarantined_rows",
        ]
        assert connection.execute("select count(*) from duckdb_views() where not internal").fetchone() == (0,)


def test_parquet_holds_the_same_rows_as_the_database(settings, store):
    _publish(settings, store, "run-1")
    with open_published(settings) as connection:
        for name in _tables(connection):
            schema, table = name.split(".")
            file = current_version(settings) / "parquet" / schema / f"{table}.parquet"
            for one, other in ((f"from {name}", f"from '{file}'"), (f"from '{file}'", f"from {name}")):
                assert connection.execute(f"({one}) except all ({other})").fetchall() == []


def test_contact_columns_and_raw_values_stay_behind(settings, store):
    _publish(settings, store, "run-1")
    with open_published(settings) as connection:
        names = "select list(column_name order by column_index) from duckdb_columns() where table_name = $1"
        assert connection.execute(names, ["dim_customers"]).fetchone()[0] == [
            "customer_key",
            "customer_name",
            "phone_call_count",
        ]
        assert connection.execute(names, ["quarantined_rows"]).fetchone()[0] == ["key", "rule"]
    everything = b"".join(path.read_bytes() for path in current_version(settings).rglob("*") if path.is_file())
    assert b"ann@example.com" not in everything
    assert b"a@b.example" not in everything


def test_no_personal_column_of_the_contract_could_be_published():
    """Names of the company's own staff are the exception: owners are named on every report."""
    core_table = {
        "crm_leads": "fct_leads",
        "svc_tickets": "fct_tickets",
        "crm_survey_responses": "fct_survey_responses",
    }
    staff = {("crm_users", "full_name"), ("svc_agents", "full_name"), ("crm_contacts", "full_name")}
    found = 0
    for path in sorted((PROJECT_ROOT / "ingestion" / "contract").rglob("*.yml")):
        contract = yaml.safe_load(path.read_text(encoding="utf-8"))
        for column, definition in contract["columns"].items():
            if not definition.get("personal") or (contract["entity"], column) in staff:
                continue
            found += 1
            kind = "DATE" if definition["type"] == "date" else "VARCHAR"
            table = core_table.get(contract["entity"], "dim_customers")
            assert not is_published_column(table, column, kind), f"{contract['entity']}.{column}"
    assert found > 10


def test_comments_of_tables_and_columns_are_published(settings, store):
    _publish(settings, store, "run-1")
    with open_published(settings) as connection:
        comment = "select comment from duckdb_tables() where table_name = $1"
        assert connection.execute(comment, ["customer_tiers"]).fetchone() == (
            "One row per customer: the owner's tiers",
        )
        assert connection.execute(comment, ["loads"]).fetchone()[0].startswith("One row per load")
        column = (
            "select comment from duckdb_columns() where table_name = 'customer_tiers' and column_name = 'net_revenue'"
        )
        assert connection.execute(column).fetchone() == ("money, tax excluded",)


def test_published_files_are_read_only_and_no_schema_is_ambiguous(settings, store):
    _publish(settings, store, "run-1")
    files = [path for path in current_version(settings).rglob("*") if path.is_file()]
    assert all(not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) for path in files)
    with open_published(settings) as connection:
        database = connection.execute("select current_database()").fetchone()[0]
        schemas = {schema for (schema,) in connection.execute("select schema_name from duckdb_schemas()").fetchall()}
        assert database not in schemas
        assert connection.execute("select count(*) from marts.customer_tiers").fetchone() == (1000,)


def test_the_version_that_is_read_is_marked_and_recorded(settings, store):
    first = _publish(settings, store, "run-1", as_of_date=date(2026, 6, 30))
    second = _publish(settings, store, "run-2")
    with open_published(settings) as connection:
        rows = connection.execute(
            "select version_id, run_id, is_this_version from ops.published_versions order by version_id"
        ).fetchall()
    assert rows == [(first.version_id, "run-1", False), (second.version_id, "run-2", True)]
    with store.connect() as reading:
        recorded = reading.execute(sa.select(published_versions).order_by(published_versions.c.version_id)).all()
    assert [row.run_id for row in recorded] == ["run-1", "run-2"]
    assert recorded[0].as_of_date == date(2026, 6, 30)


def test_equal_rows_give_an_equal_content_hash_and_a_changed_row_does_not(settings, store):
    first = _publish(settings, store, "run-1")
    with connect(settings) as connection:
        fill(connection, "run-1")
        again = publish(connection, store, settings, "run-2")
        connection.execute("update marts.customer_tiers set net_revenue = net_revenue + 0.01 where customer_key = 7")
        changed = publish(connection, store, settings, "run-3")
    assert first.content_hash == again.content_hash != changed.content_hash


def test_after_a_failed_gate_the_last_good_marts_come_with_the_new_quality_tables(settings, store):
    good = _publish(settings, store, "run-1", rows=1000)
    bad = _publish(settings, store, "run-2", rows=5, gate_passed=False)
    worse = _publish(settings, store, "run-3", rows=7, gate_passed=False)
    assert (bad.marts_run_id, worse.marts_run_id) == ("run-1", "run-1")
    assert bad.content_hash == good.content_hash
    with open_published(settings) as connection:
        assert connection.execute("select count(*), min(run_id) from marts.customer_tiers").fetchone() == (
            1000,
            "run-1",
        )
        assert connection.execute("select run_id from quality.check_results").fetchone() == ("run-3",)
        assert connection.execute("select run_id from metrics.metric_values").fetchone() == ("run-1",)
        shown = connection.execute(
            "select gate_passed, run_id, marts_run_id from ops.published_versions where is_this_version"
        ).fetchone()
        assert shown == (False, "run-3", "run-1")
        built = "select built_run_id, is_kept from ops.published_tables where table_name = $1"
        assert connection.execute(built, ["customer_tiers"]).fetchone() == ("run-1", True)
        assert connection.execute(built, ["check_results"]).fetchone() == ("run-3", False)
        comment = connection.execute(
            "select comment from duckdb_tables() where table_name = 'customer_tiers'"
        ).fetchone()
        assert comment[0].count("[kept from run run-1") == 1
    healed = _publish(settings, store, "run-4", rows=10)
    assert healed.marts_run_id == "run-4"
    with open_published(settings) as connection:
        assert connection.execute("select count(*) from marts.customer_tiers").fetchone() == (10,)


def test_a_first_run_that_fails_gate_2_publishes_why_and_no_marts(settings, store):
    version = _publish(settings, store, "run-1", gate_passed=False)
    assert version.marts_run_id is None
    with open_published(settings) as connection:
        assert {name.split(".")[0] for name in _tables(connection)} == {"quality", "ops"}


def test_a_table_that_was_left_out_says_which_run_built_it(settings, store):
    _publish(settings, store, "run-1")
    _publish(settings, store, "run-2", not_rebuilt={"marts.customer_tiers"})
    with open_published(settings) as connection:
        query = (
            "select table_name, built_run_id, is_kept from ops.published_tables where schema_name = 'marts' order by 1"
        )
        assert connection.execute(query).fetchall() == [
            ("customer_health", "run-2", False),
            ("customer_tiers", "run-1", True),
        ]


def test_only_the_newest_versions_stay_on_disk(settings, store):
    names = [_publish(settings, store, f"run-{number}", rows=5, keep=2).version_id for number in range(4)]
    assert sorted(path.name for path in (settings.published / "versions").iterdir()) == names[-2:]
    assert current_version(settings).name == names[-1]


def test_what_was_published_of_an_erased_person_goes_with_the_next_publish_of_new_marts(settings, store):
    _publish(settings, store, "run-1")
    with writing(store) as transaction:
        remember(transaction, [ErasedRow("crm", "crm_contacts", "digest", with_name=True)])
    kept = _publish(settings, store, "run-2", gate_passed=False)
    assert may_show_erased(store, kept), "a new version, with the marts of run-1"
    assert [folder.name for folder in versions_folder(settings).iterdir()] == [kept.version_id], "the last good marts"
    new = _publish(settings, store, "run-3")
    assert not may_show_erased(store, new)
    assert [folder.name for folder in versions_folder(settings).iterdir()] == [new.version_id]


def test_what_a_killed_publish_left_is_removed_and_its_record_made_good(settings, store):
    version = _publish(settings, store, "run-1", rows=5)
    versions = settings.published / "versions"
    (versions / "20990101T000000000-dead.unfinished").mkdir()
    (versions / "20990101T000000000-nobody").mkdir()
    with store.begin() as connection:
        connection.execute(published_versions.delete())
    removed = tidy(store, settings)
    assert sorted(removed) == ["20990101T000000000-dead.unfinished", "20990101T000000000-nobody"]
    with store.connect() as reading:
        assert reading.execute(sa.select(published_versions.c.version_id)).scalar() == version.version_id


def test_a_torn_version_file_is_named(settings, store):
    _publish(settings, store, "run-1", rows=5)
    path = current_version(settings) / "version.json"
    path.chmod(0o644)
    path.write_text(json.dumps({"version_id": "x"}), encoding="utf-8")
    with pytest.raises(CmwError, match=r"version\.json"):
        read_version(current_version(settings))


def test_a_full_disk_leaves_the_last_version_and_says_so(settings, store):
    """The kernel stops the write at a limit of file size: the refusal of a full disk, without a mount."""
    version = _publish(settings, store, "run-1", rows=5)
    command = [sys.executable, "-m", "tests.warehouse.publisher_process", str(settings.home), "run-2", "400000", "1"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert "publishing" in done.stdout
    assert "CmwError: Publishing to" in done.stderr.strip().splitlines()[-1]
    assert [path.name for path in (settings.published / "versions").iterdir()] == [version.version_id]
    with open_published(settings) as connection:
        assert connection.execute("select count(*) from marts.customer_tiers").fetchone() == (5,)
    assert _publish(settings, store, "run-3", rows=6).row_count > 0


def test_nothing_published_yet_is_said_with_the_remedy(settings):
    with pytest.raises(CmwError, match="cmw run"):
        open_published(settings)


def test_a_reader_that_opened_a_version_keeps_it(settings, store):
    _publish(settings, store, "run-1", rows=10, keep=1)
    with duckdb.connect(str(current_version(settings) / "customer_metrics.duckdb"), read_only=True) as reader:
        _publish(settings, store, "run-2", rows=20, keep=1)
        assert reader.execute("select count(*), min(run_id) from marts.customer_tiers").fetchone() == (10, "run-1")
    with open_published(settings) as connection:
        assert connection.execute("select count(*) from marts.customer_tiers").fetchone() == (20,)
