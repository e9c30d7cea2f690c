"""One dbt project, two engines: what DuckDB published, Spark builds from the same files, row for row.

A demo company is run on DuckDB; Spark builds every table from the same change log, verdicts and identity map. Then the
company lives on for a week, and both engines build again.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.end_to_end.conftest import ROOT, LivingCompany

pytestmark = pytest.mark.spark

PYTHON = Path(os.environ.get("CMW_TEST_SPARK_PYTHON") or ROOT / ".venv-spark" / "bin" / "python")
# dbt as a run has it (orchestration/dbt_child.py), but with the environment that Java needs
DBT = """
from dbt.cli.main import cli
from orchestration.dbt_events import listen
listen()
cli()
"""
SCHEMAS = ("core", "marts")
# what is published in them, with all that it is made of
COMPARED = ("+path:models/core", "+path:models/marts", "+metricflow_time_spine")


def build_on_spark(company: LivingCompany, *arguments: str) -> None:
    """Runs dbt on Spark in the company's folder; fails with the end of what dbt said."""
    spark = company.home / "spark"
    spark.mkdir(exist_ok=True)
    project = str(ROOT / "dbt_project")
    folders = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(spark / "dbt")]
    done = subprocess.run(
        [str(PYTHON), "-c", DBT, *arguments, "--target", "spark", "--log-path", str(spark / "logs"), *folders],
        env={**company.environment, "SPARK_LOCAL_IP": "127.0.0.1", "PYTHONPATH": str(ROOT)},
        cwd=spark,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def compare(company: LivingCompany) -> dict[str, tuple[int, str]]:
    """Table to number of its published rows and what differs on Spark (empty: nothing)."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(
            f"attach '{company.home}/published/current/customer_metrics.duckdb' as published (read_only)"
        )
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_catalog = 'published' and table_schema in ? order by all",
            [SCHEMAS],
        ).fetchall()
        return {f"{schema}.{table}": difference(connection, company, schema, table) for schema, table in tables}


def difference(connection, company: LivingCompany, schema: str, table: str) -> tuple[int, str]:
    """A moment has no zone in DuckDB and is UTC in Spark's files; all other types must be equal as they are."""
    folder = company.home / "spark" / "warehouse" / f"{schema}.db" / table
    if not folder.is_dir():
        return 0, "Spark has no such table"
    published, spark = f"published.{schema}.{table}", f"read_parquet('{folder}/*.parquet')"
    columns = columns_of(connection, published)
    built = [(name, kind.replace(" WITH TIME ZONE", "")) for name, kind in columns_of(connection, spark)]
    rows = connection.execute(f"select count(*) from {published}").fetchone()[0]
    if columns != built:
        return rows, f"columns differ: {sorted(set(columns) ^ set(built))}"
    on_duckdb = f"select * from {published}"
    on_spark = f"select {', '.join(f'cast({name} as {kind}) as {name}' for name, kind in columns)} from {spark}"
    gone = connection.execute(f"select count(*) from ({on_duckdb} except all {on_spark})").fetchone()[0]
    new = connection.execute(f"select count(*) from ({on_spark} except all {on_duckdb})").fetchone()[0]
    return rows, f"{gone} rows only on DuckDB, {new} only on Spark" if gone or new else ""


def columns_of(connection, relation: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in connection.execute(f"describe select * from {relation}").fetchall()]


def last_load(company: LivingCompany) -> int:
    return json.loads((company.home / "raw" / "manifest.json").read_text(encoding="utf-8"))["load_seq"]


@pytest.fixture(scope="module")
def two_builds(published_company, week_later, tmp_path_factory):
    """Comparisons of the first build and of that after a week, and the loads that each could read."""
    if not PYTHON.exists() or not shutil.which("java"):
        pytest.skip("Spark is not installed: `make .venv-spark/spark.stamp` and a Java runtime 17")
    company = published_company.copy(tmp_path_factory.mktemp("two_engines") / "home")
    # the tests of grains are left out: every table is compared with one that passed them
    build_on_spark(company, "build", "--exclude-resource-type", "unit_test", "--exclude", "test_name:unique_grain")
    first = compare(company), last_load(company)
    spark = company.home.rename(company.home.with_name("before")) / "spark"  # its tables are known by where they lie
    week_later.copy(company.home)
    spark.rename(company.home / "spark")
    build_on_spark(company, "run", "--select", *COMPARED)
    return first, (compare(company), last_load(company))


def differing(comparison: dict[str, tuple[int, str]]) -> dict[str, str]:
    return {table: what for table, (_, what) in comparison.items() if what}


def test_every_published_table_is_the_same_on_spark(two_builds):
    assert not differing(two_builds[0][0])


def test_every_published_table_is_the_same_after_a_week_more(two_builds):
    assert not differing(two_builds[1][0])


def test_the_comparison_saw_full_tables_and_a_week_that_changed_them(two_builds):
    (before, loads_before), (after, loads_after) = two_builds
    assert loads_after > loads_before
    assert before.keys() == after.keys() and {name.split(".")[0] for name in before} == set(SCHEMAS)
    for table in ("core.fct_invoices", "core.fct_activities", "core.customer_months", "marts.customer_health"):
        assert 0 < before[table][0] < after[table][0], table
