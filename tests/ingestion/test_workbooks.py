"""Excel workbooks: every kind of cell, damaged files, and workbooks that did not change."""

import json
import os
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

PAYMENTS = """
erp_payments:
  file: "pay*"
  columns: {payment_id: id, payment_date: d, amount: a, customer_code: c}
"""
HEAD = ["id", "d", "a", "c"]
DAY = datetime(2024, 5, 1)


def workbook(path: Path, *rows: list) -> None:
    book = openpyxl.Workbook()
    for row in (HEAD, *rows):
        book.active.append(row)
    book.save(path)


def edited(path: Path, edit: Callable[[str], str], *rows: list) -> None:
    """A workbook whose sheet was edited as XML, as other programs write it."""
    plain = path.with_name("~plain.xlsx")
    workbook(plain, *rows)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = edit(data.decode()).encode()
            target.writestr(name, data)
    plain.unlink()


@pytest.fixture
def payments(inbox):
    """A folder in which, beside what the test puts there, a good file lies."""
    inbox.files(PAYMENTS)
    (inbox.inbox / "pay9.csv").write_text("id,d,a,c\n9,2024-05-01,1,x\n", encoding="utf-8")
    return inbox


def newest(company) -> dict[str, dict]:
    return {row["_key"]: row for row in company.newest("erp_payments")}


@pytest.mark.parametrize(
    ("column", "cell", "value", "rejected"),
    [
        ("amount", 0.1, Decimal("0.1"), None),
        ("amount", 7, Decimal(7), None),
        ("amount", "7.50", Decimal("7.5"), None),
        ("amount", True, None, "true"),
        ("amount", "#N/A", None, "#N/A"),
        ("amount", "=1+1", None, "=1+1 was never computed"),
        ("amount", 0.123456, None, "0.123456"),
        ("payment_date", DAY, date(2024, 5, 1), None),
        ("payment_date", time(8, 30), None, "08:30:00"),
        ("customer_code", 7, "7", None),
        ("customer_code", 7.0, "7", None),
        ("customer_code", "007", "007", None),
        ("customer_code", True, "true", None),
        ("customer_code", None, None, None),
        ("customer_code", time(8, 30), "08:30:00", None),
        ("customer_code", "#DIV/0!", None, "#DIV/0!"),
        ("customer_code", '="k"&1', None, '="k"&1 was never computed'),
    ],
)
def test_a_cell_is_carried_or_refused_with_its_text(payments, column, cell, value, rejected):
    row = {"payment_id": "1", "payment_date": DAY, "amount": 1, "customer_code": "x", column: cell}
    workbook(payments.inbox / "pay1.xlsx", list(row.values()), ["2", DAY, 2, "y"])
    assert payments.load().findings == []
    rows = newest(payments)
    assert (rows["1"][column], json.loads(rows["1"]["_rejected"] or "{}").get(column)) == (value, rejected)
    assert rows["2"]["_rejected"] is None and set(rows) == {"1", "2", "9"}


@pytest.mark.parametrize(("cell", "value"), [(True, True), (False, False), (1, True), ("no", False)])
def test_booleans_of_a_sheet(inbox, cell, value):
    inbox.files("erp_products: {file: p.xlsx}")
    book = openpyxl.Workbook()
    book.active.append(["product_code", "is_active"])
    book.active.append(["1", cell])
    book.save(inbox.inbox / "p.xlsx")
    inbox.load()
    assert [row["is_active"] for row in inbox.rows("erp_products")] == [value]


def test_numbers_among_texts_with_other_marks_stay_what_they_are(payments):
    payments.files(PAYMENTS + "  decimal: ','\n  thousands: '.'\n")
    cells = [1.234, "1.234", "n/a", 2.5, "2,5", 1234567, 1.5e-5, "#N/A", "1.5"]
    workbook(payments.inbox / "pay1.xlsx", *([str(number), DAY, cell, "x"] for number, cell in enumerate(cells)))
    payments.load()
    amounts = [(row["amount"], row["_rejected"]) for key, row in sorted(newest(payments).items()) if key != "9"]
    assert amounts == [
        (Decimal("1.234"), None),
        (Decimal(1234), None),
        (None, '{"amount":"n/a"}'),
        (Decimal("2.5"), None),
        (Decimal("2.5"), None),
        (Decimal(1234567), None),
        (None, '{"amount":"1,5e-05"}'),
        (None, '{"amount":"#N/A"}'),
        (None, '{"amount":"1.5"}'),
    ]


def test_dates_of_a_sheet_need_no_pattern_and_texts_beside_them_have_it(payments):
    payments.files(PAYMENTS + "  formats: {payment_date: '%d/%m/%Y'}\n")
    (payments.inbox / "pay9.csv").write_text("id,d,a,c\n9,03/04/2024,1,x\n", encoding="utf-8")
    workbook(payments.inbox / "pay1.xlsx", ["1", datetime(2024, 4, 5), 1, "x"])
    workbook(payments.inbox / "pay2.xlsx", ["2", "06/04/2024", 1, "x"])
    payments.load()
    days = {key: row["payment_date"] for key, row in newest(payments).items()}
    assert days == {"1": date(2024, 4, 5), "2": date(2024, 4, 6), "9": date(2024, 4, 3)}


def test_a_code_that_is_an_error_is_not_the_code_of_all_others(inbox):
    inbox.files(
        'erp_products: {file: p.xlsx, columns: {product_name: n, product_line: n}, values: {product_name: {"*": z}}}'
    )
    book = openpyxl.Workbook()
    for row in (["product_code", "n"], ["1", "#REF!"], ["2", "a"]):
        book.active.append(row)
    book.save(inbox.inbox / "p.xlsx")
    inbox.load()
    first, second = inbox.newest("erp_products")
    assert (first["product_name"], second["product_name"]) == (None, "z")
    assert json.loads(first["_rejected"]) == {"product_name": "#REF!", "product_line": "#REF!"}


def test_a_formula_is_its_last_value_and_one_that_gives_an_empty_text_is_empty(payments):
    def compute(sheet: str) -> str:
        sheet = re.sub(r'(<c r="C2"[^>]*><f>[^<]*</f>)<v ?/>', r"\g<1><v>2.5</v>", sheet)
        return re.sub(r'<c r="D2"([^>]*)><f>', r'<c r="D2"\1 t="str"><f>', sheet)

    edited(payments.inbox / "pay1.xlsx", compute, ["1", DAY, "=1+1.5", '=""'])
    payments.load()
    row = newest(payments)["1"]
    assert (row["amount"], row["customer_code"], row["_rejected"]) == (Decimal("2.5"), None, None)


@pytest.mark.parametrize("dimension", ['<dimension ref="A1"/>', ""])
def test_a_sheet_with_a_wrong_size_and_rows_of_any_length_is_read_whole(payments, dimension):
    edited(
        payments.inbox / "pay1.xlsx",
        lambda sheet: re.sub(r'<dimension ref="[^"]*" ?/>', dimension, sheet),
        ["1", DAY, 1, "x", "further"],
        ["2", DAY, 2],
        [],
        ["4", DAY, 4, None, None, 5],
    )
    assert payments.load().findings == []
    told = {key: (row["amount"], row["customer_code"], row["_origin"]) for key, row in newest(payments).items()}
    assert told == {
        "1": (1, "x", "pay1.xlsx:2"),
        "2": (2, None, "pay1.xlsx:3"),
        "4": (4, None, "pay1.xlsx:5"),
        "9": (1, "x", "pay9.csv:2"),
    }


def test_a_sheet_that_is_cut_off_is_set_aside(payments):
    edited(payments.inbox / "pay1.xlsx", lambda sheet: sheet[: len(sheet) * 2 // 3], ["1", DAY, 1, "x"])
    record = payments.load()
    assert set(newest(payments)) == {"9"} and "pay1.xlsx cannot be read" in record.findings[0]


def test_a_workbook_with_damaged_bytes_is_set_aside(payments):
    edited(payments.inbox / "pay1.xlsx", lambda sheet: sheet, ["1", DAY, 1, "x"])
    data = bytearray((payments.inbox / "pay1.xlsx").read_bytes())
    at = data.find(b"<sheetData") + 40
    data[at : at + 20] = b"#" * 20
    (payments.inbox / "pay1.xlsx").write_bytes(data)
    record = payments.load()
    assert set(newest(payments)) == {"9"} and "pay1.xlsx" in record.findings[0]


@pytest.mark.parametrize(
    ("name", "told"),
    [("pay1.xlsx", "is no Excel workbook"), ("pay1.xls", "save it as .xlsx"), ("pay1.ODS", "save it as")],
)
def test_what_is_no_workbook_of_today_is_set_aside(payments, name, told):
    (payments.inbox / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    record = payments.load()
    (finding,) = record.findings
    assert set(newest(payments)) == {"9"} and name in finding and told in finding


def spoil(path: Path) -> None:
    """Other bytes under the same size and time: whoever opened the file now would fail."""
    before = path.stat()
    path.write_bytes(b"z" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_workbooks_that_did_not_change_are_not_opened_again(payments):
    one, again = payments.inbox / "pay1.xlsx", payments.inbox / "pay1 (sent again).xlsx"
    workbook(one, ["1", DAY, 1, "x"])
    again.write_bytes(one.read_bytes())
    payments.load()
    spoil(one)
    spoil(again)
    (payments.inbox / "pay8.csv").write_text("id,d,a,c\n8,2024-05-01,1,x\n", encoding="utf-8")
    record = payments.load()
    assert (record.status, record.findings, record.rows_read) == ("loaded", [], 1)
    payments.files(PAYMENTS + "  header_line: 1\n  sheet: Sheet\n")
    findings = payments.load().findings
    assert len(findings) == 2 and all("is no Excel workbook" in finding for finding in findings)
