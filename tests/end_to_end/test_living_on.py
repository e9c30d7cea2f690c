"""The company lives on for a week: the next run brings exactly that, and a rebuild from nothing says the same."""

import json
import subprocess
import sys

import duckdb
import pytest

from tests.end_to_end.conftest import ROOT, LivingCompany

# What became of alerts is counted up to the run that counts; a later run has seen more of it.
LOOP = "where not regexp_matches(metric_name, 'alert|treated|save_rate|alarm')"
STAMPS = ("run_id", "first_seen_run_id", "load_id", "load_seq")


@pytest.fixture(scope="module")
def week_later(published_company, tmp_path_factory) -> LivingCompany:
    company = published_company.copy(tmp_path_factory.mktemp("week") / "home")
    company.cmw("demo", "advance", "--days", "7")
    company.cmw("run")
    return company


def _manifest(company: LivingCompany) -> dict:
    return json.loads((company.home / "raw" / "manifest.json").read_text(encoding="utf-8"))


def _journal(company: LivingCompany) -> set[tuple[str, str, str]]:
    """(entity, key, upsert or delete) of every change that means something for an entity."""
    changes = {}
    for path in sorted((company.home / "demo" / "journal").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if entry.get("entity_operation"):
                changes[entry["entity"], entry["entity_key"]] = entry["entity_operation"]
    return {(entity, key, "delete" if op == "delete" else "upsert") for (entity, key), op in changes.items()}


def test_a_run_brings_exactly_what_the_journal_lists(published_company, week_later):
    before = _manifest(published_company)["load_seq"]
    brought = set()
    for file in _manifest(week_later)["files"]:
        if file["load_seq"] > before:
            path = week_later.home / "raw" / file["path"]
            brought |= {
                (file["entity"], key, change)
                for key, change in duckdb.sql(f"select _key, _change from '{path}'").fetchall()
            }
    assert brought == _journal(week_later)


def test_the_week_is_published(week_later):
    assert week_later.query("select max(as_of)::varchar from metrics.metric_values") == [("2026-07-07",)]


def test_a_rebuild_from_nothing_publishes_equal_tables(week_later, tmp_path):
    rebuilt = week_later.copy(tmp_path / "home")
    (rebuilt.home / "working" / "warehouse.duckdb").unlink()
    rebuilt.cmw("run", "--full")
    differing = {}
    with duckdb.connect() as connection:
        for name, company in (("one", week_later), ("other", rebuilt)):
            path = company.home / "published" / "current" / "customer_metrics.duckdb"
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = connection.execute("""
            select schema_name, table_name from duckdb_tables()
            where database_name = 'one' and schema_name in ('core', 'marts', 'metrics', 'identity')
        """).fetchall()
        for schema, table in tables:
            columns = connection.execute(f"""
                select string_agg('"' || column_name || '"', ', ') from duckdb_columns()
                where database_name = 'one' and schema_name = '{schema}' and table_name = '{table}'
                    and column_name not in {STAMPS}
            """).fetchone()[0]
            where = LOOP if table == "metric_values" else ""
            one, other = (f"select {columns} from {name}.{schema}.{table} {where}" for name in ("one", "other"))
            [(rows,)] = connection.execute(f"""
                select count(*) from (({one} except all {other}) union all ({other} except all {one}))
            """).fetchall()
            if rows:
                differing[f"{schema}.{table}"] = rows
    assert len(tables) > 50
    assert differing == {}


def test_a_run_with_nothing_new_changes_nothing_says_so_and_imports_nothing_heavy(week_later):
    pointer = (week_later.home / "published" / "current").resolve()
    code = (
        "import sys; from orchestration import environment; from orchestration.execute import run_company;"
        "outcome = run_company(environment.prepare());"
        "loaded = {name.split('.')[0] for name in sys.modules};"
        "heavy = {'dbt', 'great_expectations', 'metricflow', 'dagster_dbt'} & loaded;"
        "print(outcome.state, sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=week_later.environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "nothing_new []"
    assert (week_later.home / "published" / "current").resolve() == pointer
    assert "Nothing new" in week_later.cmw("run")
