"""Marts say the same however staging came to its rows: step by step, from nothing, in any order, on one core or two.

Only staging is built incrementally, and test_staging_property.py holds it equal to a build from nothing. What an
increment leaves otherwise than a rebuild is where its rows stand; so every later table is built from staging tables
of random parts of the company in two random orders, by dbt's own compiled SQL, and must come out equal.
"""

import json
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.end_to_end.conftest import LivingCompany

pytestmark = pytest.mark.slow

STAGING = "staging"
PROJECT = "model.customer_metrics."


class CompiledMarts:
    """Every model behind staging as dbt compiled it, parents first, and the tables that dbt starts from."""

    def __init__(self, company: LivingCompany) -> None:
        self.working_file = company.home / "working" / "warehouse.duckdb"
        target = company.home / "dbt"
        nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
        models = {key: node for key, node in nodes.items() if key.startswith(PROJECT) and node["schema"] != STAGING}
        parents = {key: set(node["depends_on"]["nodes"]) & models.keys() for key, node in models.items()}
        self.models = [
            (f"{models[key]['schema']}.{models[key]['name']}", self._sql(target, models[key]))
            for key in TopologicalSorter(parents).static_order()
        ]
        self.seeds = [f"{n['schema']}.{n['name']}" for n in nodes.values() if n["resource_type"] == "seed"]

    @staticmethod
    def _sql(target: Path, node: dict) -> str:
        path = target / "compiled" / "customer_metrics" / node["original_file_path"]
        return path.read_text(encoding="utf-8")

    def build(self, part: int, seed: int, order: int, threads: int) -> dict[str, tuple[int, int]]:
        """Table to its number of rows and the sum of their hashes, of the staged rows that `seed` leaves.

        Args:
            part: per cent of the keys left out.
            order: another number, another order of the rows.
        """
        with duckdb.connect(config={"threads": threads}) as connection:
            connection.execute("set timezone = 'UTC'; set preserve_insertion_order = false")
            connection.execute(f"attach '{self.working_file}' as built (read_only)")
            connection.execute("attach ':memory:' as warehouse; use warehouse")
            for table in self.seeds:
                self._copy(connection, table, "")
            kept = f"where hash(_key, {seed}) % 100 >= {part} order by hash(_key, {seed}, {order})"
            for table, has_keys in self._staged(connection):
                self._copy(connection, table, kept if has_keys else "")
            for table, sql in self.models:
                self._schema(connection, table)
                connection.execute(f"create table {table} as {sql}")
            return {table: self._digest(connection, table) for table, _ in self.models}

    @staticmethod
    def _staged(connection) -> list[tuple[str, bool]]:
        """Tables of staging, and whether their rows have keys."""
        return connection.execute(
            "select schema_name || '.' || table_name, bool_or(column_name = '_key') from duckdb_columns() "
            "where database_name = 'built' and schema_name = 'staging' group by all order by all"
        ).fetchall()

    def _copy(self, connection, table: str, narrowed: str) -> None:
        self._schema(connection, table)
        connection.execute(f"create table {table} as select * from built.{table} {narrowed}")

    @staticmethod
    def _schema(connection, table: str) -> None:
        connection.execute(f"create schema if not exists {table.split('.')[0]}")

    @staticmethod
    def _digest(connection, table: str) -> tuple[int, int]:
        return connection.execute(f"select count(*), coalesce(sum(hash(t)::hugeint), 0) from {table} as t").fetchone()


@pytest.fixture(scope="module")
def compiled(published_company) -> CompiledMarts:
    return CompiledMarts(published_company)


def test_every_model_is_compared(compiled, published_company):
    assert len(compiled.models) > 200
    whole = compiled.build(part=0, seed=0, order=0, threads=2)
    published = published_company.query("select count(*) from core.fct_invoice_lines")
    assert [(whole["core.fct_invoice_lines"][0],)] == published, "the same SQL as the run's"


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from([0, 3, 40]), seed=st.integers(0, 1000), order=st.integers(1, 1000))
def test_no_table_depends_on_the_order_of_staging(compiled, part, seed, order):
    one = compiled.build(part, seed, 0, threads=2)
    other = compiled.build(part, seed, order, threads=1)
    assert [table for table in one if one[table] != other[table]] == []
