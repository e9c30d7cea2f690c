"""`cmw sources preview ENTITY` shows the first rows as they would arrive, and all that would be set aside."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.preview import preview
from warehouse.errors import CmwError

ORDERS = """
erp_orders:
  file: "o*.csv"
  columns: {order_date: day}
  values: {status: {1: draft}}
"""


def shown(company, entity: str, limit: int = 20) -> tuple[list[dict], list[tuple[str, str]]]:
    (found,) = preview(company.settings, company.company, entity, limit=limit)
    return found.rows.to_pylist(), [(finding.severity, finding.what) for finding in found.findings]


def test_a_bad_file_is_told_and_the_others_are_shown(inbox):
    inbox.files("erp_products: {file: 'p*'}")
    (inbox.inbox / "p1.csv").write_bytes("product_code,product_name\n1,轴\n".encode("gbk"))
    (inbox.inbox / "p2.csv").write_text("product_code,product_name\n2,fine\n3,x,y\n", encoding="utf-8")
    (inbox.inbox / "p3.parquet").write_bytes(b"PAR1 this is none PAR1")
    (inbox.inbox / "p4.csv").write_text("product_code\n4\n", encoding="utf-8")
    (inbox.inbox / "p5.csv").write_text('product_code,product_name\n5,x\n6,"\n', encoding="utf-8")
    rows, told = shown(inbox, "erp_products")
    assert [(row["_key"], row["_origin"]) for row in rows] == [("2", "p2.csv:2"), ("4", "p4.csv:2")]
    errors = [what for severity, what in told if severity == "error"]
    assert "p1.csv line 2 is not utf-8 text" in errors[0]
    assert "p3.parquet is no Parquet file" in errors[1]
    assert "p5.csv line 3: a quotation mark opens there that nothing closes" in errors[2]
    warnings = [what for severity, what in told if severity == "warning"]
    assert any("p2.csv line 3 was set aside: 3 fields instead of 2: 3,x,y" in what for what in warnings)
    assert any("p4.csv has no column 'product_name'" in what for what in warnings)
    assert not inbox.settings.raw.exists()


def test_codes_and_values_are_told_of_files_beyond_the_rows_shown(inbox):
    inbox.files(ORDERS)
    (inbox.inbox / "o1.csv").write_text("order_id,day,status\n" + "1,2024-01-01,1\n" * 30, encoding="utf-8")
    (inbox.inbox / "o2.csv").write_text(
        "order_id,day,status\n2,2024-01-01,7\n3,31.12.2024,1\n4,2024-01-01,7\n", encoding="utf-8"
    )
    rows, told = shown(inbox, "erp_orders", limit=1)
    assert [row["_key"] for row in rows] == ["1"]
    assert sorted(what for _, what in told) == [
        "shop.yml: erp_orders: order_date has values that are no date: '31.12.2024' (1)",
        "shop.yml: erp_orders: status has codes that are not mapped: '7' (2)",
    ]


def test_codes_of_a_table_are_told(small_company):
    small_company.source("erp_orders: {table: o, values: {status: {1: draft}}}")
    small_company.sql(
        "create table o (order_id, order_date, status); insert into o values (1, '2024-01-01', 1), (2, '2024-01-01', 9)"
    )
    rows, told = shown(small_company, "erp_orders", limit=2)
    assert json.loads(rows[1]["_rejected"]) == {"status": "9"}
    assert told == [("warning", "shop.yml: erp_orders: status has codes that are not mapped: '9' (1)")]


def test_one_source_of_several_is_named_as_backfill_names_it(small_company):
    small_company.source("erp_orders: {table: o}")
    small_company.sql("create table o (order_id, order_date, status); insert into o values (1, '2024-01-01', 'draft')")
    rows, _ = shown(small_company, "shop/erp_orders")
    assert [row["_key"] for row in rows] == ["1"]
    with pytest.raises(CmwError, match="Did you mean shop/erp_orders"):
        shown(small_company, "shop/erp_order")


def test_the_command_tells_findings_letter_by_letter_and_keeps_json_apart(inbox):
    inbox.files("erp_products: {file: 'p*.csv'}")
    (inbox.inbox / "p1.csv").write_text("product_code,product_name\n1,a\n2,[/x],[red]\n", encoding="utf-8")
    settings = inbox.settings
    environ = {**os.environ, "CMW_CONFIG": str(settings.config), "CMW_HOME": str(settings.home)}
    command = [Path(sys.executable).parent / "cmw", "sources", "preview", "erp_products"]
    ended = subprocess.run([*command, "--json"], env=environ, capture_output=True, text=True, check=True)
    assert [row["_key"] for row in json.loads(ended.stdout)] == ["1"]
    assert (
        "warning: shop.yml: erp_products: p1.csv line 3 was set aside: 3 fields instead of 2: 2,[/x],[red]"
        in ended.stderr
    )
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert "2,[/x],[red]. Correct the file" in ended.stdout
