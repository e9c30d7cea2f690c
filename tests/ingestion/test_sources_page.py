"""What docs/sources.md says happens: its source files, tables and files are taken from the page and loaded."""

import re
import textwrap
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from tests.ingestion.servers import needed

PAGE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return re.split(r"(?m)^## ", PAGE.partition(f"\n## {title}\n")[2])[0]


def blocks(text: str, language: str) -> list[str]:
    found = re.findall(rf"(?ms)^( *)```{language}\n(.*?)^ *```", text)
    return [textwrap.dedent(body) if len(indent) == 0 else _outdented(body, len(indent)) for indent, body in found]


def _outdented(body: str, by: int) -> str:
    return "".join(line[by:] for line in body.splitlines(keepends=True))


def promised() -> dict[tuple[str, str], dict[str, str]]:
    """(entity, key) -> column -> value, as the page's table says; without those of which nothing arrives."""
    rows = re.findall(r"(?m)^\| (erp_\w+) \| (\w+) \| (.*) \|$", section("The example as a whole"))
    return {
        (entity, key): dict(pair.split(" ", 1) for pair in told.split(", "))
        for entity, key, told in rows
        if not told.startswith("nothing")
    }


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgres", marks=pytest.mark.servers)])
def test_the_example_gives_the_rows_that_the_page_promises(small_company, monkeypatch, backend):
    url = f"sqlite:///{small_company.database}" if backend == "sqlite" else needed(backend)
    (script,) = blocks(section("The example as a whole"), "sql")
    tables = re.findall(r'create table ("[^"]+"|\w+)', script)
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            for statement in [*(f"drop table if exists {table}" for table in tables), *script.split(";\n")]:
                if statement.strip():
                    connection.exec_driver_sql(statement)
        path = small_company.settings.config / "sources" / "bikeshop.yml"
        path.write_text("".join(blocks(section("Step by step"), "yaml")), encoding="utf-8")
        monkeypatch.setenv("SHOP_URL", url)
        loads = small_company.extract().loads
    finally:
        with engine.begin() as connection:
            for table in tables:
                connection.exec_driver_sql(f"drop table if exists {table}")
        engine.dispose()
    assert [(load.status, load.error, load.findings, load.rejected_rows) for load in loads] == [
        ("loaded", "", [], 0)
    ] * 3
    wanted = promised()
    arrived = {
        (entity, row["_key"]): row
        for entity in ("erp_customers", "erp_orders", "erp_order_lines")
        for row in small_company.rows(entity)
    }
    assert arrived.keys() == wanted.keys() and len(wanted) == 5
    for place, told in wanted.items():
        assert {name: str(arrived[place][name]) for name in told} == told, place


def test_the_folder_of_the_page_gives_its_payments(small_company, tmp_path):
    text = section("Files instead of a database")
    (file,), (source,) = blocks(text, "csv"), blocks(text, "yaml")
    inbox = tmp_path / "inbox"
    (inbox / "rates").mkdir(parents=True)
    (inbox / "payments_march.csv").write_bytes(file.encode("latin-1"))
    duckdb.sql(
        f"copy (select 'EUR' as from_currency, 'CNY' as to_currency, date '2024-03-01' as rate_date, 7.8 as rate)"
        f" to '{inbox}/rates/march.parquet'"
    )
    path = small_company.settings.config / "sources" / "bank.yml"
    path.write_text(source.replace("/data/inbox/bank", str(inbox)), encoding="utf-8")
    assert [(load.status, load.error, load.findings) for load in small_company.extract().loads] == [
        ("loaded", "", [])
    ] * 2
    payments = small_company.newest("erp_payments", "_key, amount, customer_code, cast(payment_date as text) as day")
    assert [tuple(row.values()) for row in payments] == [
        ("0001", Decimal("1798.0000"), "0007", "2024-03-05"),
        ("0002", Decimal("-12.5000"), "0008", "2024-03-06"),
    ]
    assert small_company.newest("erp_exchange_rates", "rate") == [{"rate": Decimal("7.80000000")}]
