"""Types of PostgreSQL and MariaDB whose odd values come in one batch with usual ones: each is carried or rejected."""

import json
import uuid
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.ingestion.servers import execute, needed

pytestmark = pytest.mark.servers
SCALED = "scales: {tax_amount: 2}"
LONDON = "timezone: Europe/London"
DOC = """
erp_invoices:
  table: {table}
  columns: {{invoice_id: id, {column}: v}}
  constants: {{document_type: invoice, status: posted, invoice_date: "2024-01-01", net_amount: 0, gross_amount: 0}}
  {more}
"""
# Contract column, type, more of the source file, and per row: literal, value, text that was rejected.
POSTGRES = [
    ("invoice_number", "{table}_mood", "", [("'draft'", "draft", None), ("null", None, None)]),
    ("tax_amount", "{table}_price", "", [("1.5", Decimal("1.5"), None), ("'NaN'", None, "NaN")]),
    ("invoice_number", "json", "", [("'{\"a\":  1.50}'", '{"a":  1.50}', None), ("'[]'", "[]", None)]),
    (
        "tax_amount",
        "numeric",
        SCALED,
        [
            ("2.675", Decimal("2.68"), None),
            ("-0.005", Decimal("-0.01"), None),
            ("'NaN'", None, "NaN"),
            ("'Infinity'", None, "Infinity"),
            ("'-Infinity'", None, "-Infinity"),
        ],
    ),
    (
        "invoice_number",
        "numeric(40,2)",
        "",
        [
            ("12345678901234567890123456789012345678.99", "12345678901234567890123456789012345678.99", None),
            ("1", "1.00", None),
        ],
    ),
    ("tax_amount", "numeric(40,2)", "", [("1", Decimal(1), None), ("1e37", None, "1" + "0" * 37 + ".00")]),
    (
        "updated_at",
        "timestamp",
        LONDON,
        [
            ("'2024-10-27 01:30:00'", datetime(2024, 10, 27, 1, 30), None),
            ("'2024-03-31 01:30:00'", datetime(2024, 3, 31, 1, 30), None),
            ("'2024-07-01 00:00:00'", datetime(2024, 6, 30, 23), None),
        ],
    ),
    ("due_date", "date", "", [("'10000-01-01'", None, "10000-01-01"), ("'2024-05-01'", date(2024, 5, 1), None)]),
    (
        "updated_at",
        "timestamptz",
        "",
        [
            ("'10000-01-01 00:00+00'", None, "10000-01-01 00:00:00+00"),
            ("'2024-05-01 00:00+00'", datetime(2024, 5, 1), None),
        ],
    ),
    ("tax_amount", "money", "", [("'1234.5'", None, "$1,234.50"), ("'1'", None, "$1.00")]),
    ("invoice_number", "interval", "", [("'1 day 2 hours'", "1 day 02:00:00", None), ("'-1 mon'", "-1 mons", None)]),
    ("invoice_number", "xml", "", [("'<a>轴</a>'", "<a>轴</a>", None), ("'x'", "x", None)]),
]
MARIADB = [
    (
        "updated_at",
        "datetime",
        LONDON,
        [
            ("'2024-10-27 01:30:00'", datetime(2024, 10, 27, 1, 30), None),
            ("'2024-03-31 01:30:00'", datetime(2024, 3, 31, 1, 30), None),
            ("'0000-00-00 00:00:00'", None, "0000-00-00 00:00:00"),
        ],
    ),
    (
        "updated_at",
        "timestamp null",
        LONDON,
        [
            ("'2024-10-27 00:30:00'", datetime(2024, 10, 27, 0, 30), None),
            ("'2024-10-27 01:30:00'", datetime(2024, 10, 27, 1, 30), None),
            ("'0000-00-00 00:00:00'", None, "0000-00-00 00:00:00Z"),
        ],
    ),
    ("due_date", "date", "", [("'2024-05-01'", date(2024, 5, 1), None), ("'2024-05-00'", None, "2024-05-00")]),
    (
        "invoice_number",
        "uuid",
        "",
        [("'6f2f0f2e-3f0b-4f3a-9b0e-000000000001'", "6f2f0f2e-3f0b-4f3a-9b0e-000000000001", None)] * 2,
    ),
    ("invoice_number", "inet6", "", [("'::1'", "::1", None), ("'::ffff:1.2.3.4'", "::ffff:1.2.3.4", None)]),
    ("invoice_number", "bit(9)", "", [("257", None, "\\x0101"), ("1", None, "\\x0001")]),
    ("invoice_number", "decimal(10,2) zerofill", "", [("1.5", "00000001.50", None), ("null", None, None)]),
    (
        "tax_amount",
        "decimal(10,2) zerofill",
        "",
        [("1.5", Decimal("1.5"), None), ("12345678.9", Decimal("12345678.9"), None)],
    ),
    ("invoice_number", "varchar(8) character set latin1", "", [("'Müller'", "Müller", None), ("''", "", None)]),
    ("invoice_number", "varchar(8) character set utf16", "", [("'轴𠮷'", "轴𠮷", None), ("'a'", "a", None)]),
    ("tax_amount", "tinyint", "", [("-128", Decimal(-128), None), ("127", Decimal(127), None)]),
    ("is_disputed", "tinyint", "", [("-1", None, "-1"), ("1", True, None), ("0", False, None)]),
]


def carried(company, url: str, column: str, declared: str, more: str, rows: list, before: list[str], after: list[str]):
    table = f"cmw_{uuid.uuid4().hex[:12]}"
    declared = declared.format(table=table)
    values = ", ".join(f"('{number}', {literal})" for number, (literal, _, _) in enumerate(rows))
    try:
        session = [statement.format(table=table) for statement in before]
        create = f"create table {table} (id varchar(10), v {declared})"
        execute(url, *session, create, f"insert into {table} values {values}")
        company.source(DOC.format(table=table, column=column, more=more), connection=url)
        record = company.load()
        assert record.status == "loaded", record.error
        assert company.load().status == "unchanged"
        found = company.rows("erp_invoices", f"{column}, _rejected, _key, _load_seq")
    finally:
        execute(url, f"drop table if exists {table}", *(statement.format(table=table) for statement in after))
    return [(row[column], json.loads(row["_rejected"] or "{}").get(column)) for row in found]


@pytest.mark.parametrize(("column", "declared", "more", "rows"), POSTGRES)
def test_values_of_postgresql_are_carried_whatever_their_neighbours_are(small_company, column, declared, more, rows):
    before = [
        "create type {table}_mood as enum ('posted', 'draft')",
        "create domain {table}_price as numeric(10,2)",
        "set lc_monetary = 'C'",
    ]
    after = ["drop type {table}_mood", "drop domain {table}_price"]
    expected = [(value, rejected) for _, value, rejected in rows]
    assert carried(small_company, needed("postgres"), column, declared, more, rows, before, after) == expected


@pytest.mark.parametrize(("column", "declared", "more", "rows"), MARIADB)
def test_values_of_mariadb_are_carried_whatever_their_neighbours_are(small_company, column, declared, more, rows):
    before = ["set sql_mode = '', time_zone = '+00:00'"]
    expected = [(value, rejected) for _, value, rejected in rows]
    assert carried(small_company, needed("mysql"), column, declared, more, rows, before, []) == expected
