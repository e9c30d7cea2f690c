"""No model joins its keys in a nested loop: a condition that DuckDB cannot hash makes it compare each row with each."""

import json
import re

import duckdb
import pytest

# column = column; what is compared with a number, a text or a case is one row of settings
KEYS = re.compile(r"\((?!CASE\b)[a-z_]\w* = (?!CASE\b)[a-z_]\w*\)")
AGAINST_FEW = {"int_credit_units"}  # touches of a deal with the four attribution models


def nested_loops(plan: list[dict]) -> list[str]:
    """Conditions of nested loops in a plan that compare keys of both sides."""
    found, left = [], list(plan)
    while left:
        node = left.pop()
        left += node.get("children", [])
        condition = str(node.get("extra_info", {}).get("Condition", ""))
        if node["name"].strip() == "BLOCKWISE_NL_JOIN" and KEYS.search(condition):
            found.append(condition)
    return found


@pytest.fixture(scope="module")
def connection(published_company):
    with duckdb.connect(str(published_company.home / "working" / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def plan_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict]:
    return json.loads(connection.execute(f"explain (format json) {sql}").fetchone()[1])


def test_no_model_compares_each_row_with_each(published_company, connection):
    models = sorted((published_company.home / "dbt" / "compiled").glob("*/models/**/*.sql"))
    assert len(models) > 250
    found = {path.stem: nested_loops(plan_of(connection, path.read_text(encoding="utf-8"))) for path in models}
    assert {name for name, conditions in found.items() if conditions} == AGAINST_FEW


def test_such_a_join_would_be_found(connection):
    sql = """
        select lines.order_key
        from core.fct_orders as orders
        left join core.fct_order_lines as lines
            on orders.order_key = lines.order_key
            and (orders.order_date = lines.order_date or (orders.owner_id is null and lines.quantity > 0))
    """
    assert nested_loops(plan_of(connection, sql))
