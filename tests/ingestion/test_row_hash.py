"""The hash that tells whether a row differs: bound to columns, blind to missing ones, and the same in every release."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.entities import Entity, load_contract
from ingestion.row_identity import hash_sql

LINES = load_contract()["erp_order_lines"]
AMOUNTS = ("unit_price", "discount_amount", "net_amount")
ROW = {"order_line_id": "L1", "product_code": "P-1", "quantity": "2.5000", "net_amount": "10.00", "_keep": '{"a": "1"}'}


def hash_of(row: dict[str, str | None], entity: Entity = LINES) -> str:
    kinds = {name: column.sql_type for name, column in entity.columns.items()}
    kinds |= {"_keep": "varchar", "_rejected": "varchar"}
    parts = ", ".join(f"cast(${name} as {kind}) as {name}" for name, kind in kinds.items())
    given_values = {name: row.get(name) for name in kinds}
    return duckdb.execute(f"select {hash_sql(entity)} from (select {parts})", given_values).fetchone()[0]


def test_the_hash_of_a_row_is_what_it_was_in_every_log_written_so_far():
    """Where a new DuckDB fails this, each key gets one more equal version at its next reading (decision 0010)."""
    assert hash_of(ROW) == "714759034561E096"


@pytest.mark.parametrize("name", ROW)
def test_every_value_counts(name):
    assert hash_of({**ROW, name: None}) != hash_of(ROW)


def test_a_contract_that_grows_a_column_changes_no_hash():
    fewer = {name: column for name, column in LINES.columns.items() if name != "tax_amount"}
    assert hash_of(ROW, LINES.model_copy(update={"columns": fewer})) == hash_of(ROW)


@given(st.lists(st.integers(-3, 3), min_size=3, max_size=3), st.lists(st.integers(-3, 3), min_size=3, max_size=3))
def test_rows_of_other_amounts_in_other_columns_have_other_hashes(one, other):
    """Small numbers of equal types, so that swapped and equal values are the usual case."""
    hashes = [hash_of(dict(zip(AMOUNTS, map(str, amounts), strict=True))) for amounts in (one, other)]
    assert (hashes[0] == hashes[1]) == (one == other)


def test_a_million_rows_that_differ_little_have_a_million_hashes():
    columns = {name: column for name, column in LINES.columns.items() if name in AMOUNTS}
    few = LINES.model_copy(update={"columns": columns})
    made = ", ".join(
        f"cast(n // {100**number} % 100 / 100 as decimal(18,4)) as {name}" for number, name in enumerate(AMOUNTS)
    )
    [(different,)] = duckdb.sql(f"""
        select count(distinct {hash_sql(few)})
        from (select {made}, null::varchar as _keep, null::varchar as _rejected from range(1000000) as r (n))
    """).fetchall()
    assert different == 1_000_000
