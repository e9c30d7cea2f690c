"""CSV, Excel and Parquet as people send them."""

import gzip
import os
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

PAYMENTS = """
erp_payments:
  file: "payments_*.csv"
  columns: {payment_id: "No.", payment_date: Date, amount: Amount, customer_code: Customer}
  formats: {payment_date: "%d/%m/%Y"}
"""


def amounts(company) -> dict[str, Decimal | None]:
    return {row["_key"]: row["amount"] for row in company.newest("erp_payments", "_key, amount")}


def test_a_csv_with_its_own_column_names_and_date_order(inbox):
    inbox.files(PAYMENTS)
    (inbox.inbox / "payments_1.csv").write_text(
        'No.,Date,Amount,Customer\n007,03/04/2024,12.50,"A ""1"", x"\n', encoding="utf-8"
    )
    inbox.load()
    (row,) = inbox.rows("erp_payments")
    assert (row["payment_id"], row["payment_date"], row["amount"], row["customer_code"], row["_origin"]) == (
        "007",
        date(2024, 4, 3),
        Decimal("12.5"),
        'A "1", x',
        "payments_1.csv:2",
    )


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_chinese_text_in_every_usual_encoding(inbox, encoding):
    inbox.files(f"erp_products:\n  file: p.csv\n  encoding: {encoding}\n  columns: {{product_name: 名称}}")
    rare = "" if encoding == "gbk" else "𠮷"  # which GBK does not have
    (inbox.inbox / "p.csv").write_bytes(f"product_code,名称\n1,轴承{rare}\n2,螺丝\n".encode(encoding))
    assert inbox.load().findings == []
    assert [row["product_name"] for row in inbox.rows("erp_products")] == [f"轴承{rare}", "螺丝"]


def test_german_numbers_a_late_header_and_totals_at_the_bottom(inbox):
    inbox.files(
        PAYMENTS + "  delimiter: ';'\n  decimal: ','\n  thousands: '.'\n"
        "  header_line: 3\n  skip_footer: 2\n  encoding: latin-1\n"
    )
    (inbox.inbox / "payments_1.csv").write_text(
        "Zahlungen März\n\nNo.;Date;Amount;Customer\n"
        "1;01/02/2024;1.234,56;Müller\n2;02/02/2024;-0,50;\n;;1.234,06;\nEnde\n\n",
        encoding="latin-1",
    )
    record = inbox.load()
    assert (record.rows_read, record.rejected_rows, record.rejected_lines) == (2, 0, 0)
    assert amounts(inbox) == {"1": Decimal("1234.56"), "2": Decimal("-0.5")}


def test_a_quoted_empty_text_is_empty_and_nothing_is_null(inbox):
    inbox.files("erp_products: {file: p.csv}")
    (inbox.inbox / "p.csv").write_text('product_code,product_name,category\n1,"",\n', encoding="utf-8")
    inbox.load()
    (row,) = inbox.rows("erp_products")
    assert (row["product_name"], row["category"]) == ("", None)


def test_a_line_with_another_number_of_fields_is_set_aside_with_its_number(inbox):
    inbox.files(PAYMENTS)
    (inbox.inbox / "payments_1.csv").write_text(
        "No.,Date,Amount,Customer\n1,01/02/2024,1,a\n2,01/02/2024,1,000,b\n3,01/02/2024,3,c\nend\n4,01/02/2024,4,d\n",
        encoding="utf-8",
    )
    record = inbox.load()
    assert (record.rows_read, record.new_versions, record.rejected_lines) == (5, 3, 2)
    assert "payments_1.csv line 3 was set aside: 5 fields instead of 4: 2,01/02/2024,1,000,b" in record.findings[0]
    assert {row["_key"]: row["_origin"] for row in inbox.rows("erp_payments")} == {
        "1": "payments_1.csv:2",
        "3": "payments_1.csv:4",
        "4": "payments_1.csv:6",
    }


def test_a_file_of_another_encoding_is_set_aside_whole_and_the_others_load(inbox):
    inbox.files("erp_products: {file: 'p*.csv'}")
    (inbox.inbox / "p1.csv").write_bytes("product_code,product_name\n1,ok\n2,轴承\n".encode("gbk"))
    (inbox.inbox / "p2.csv").write_text("product_code,product_name\n3,fine\n", encoding="utf-8")
    record = inbox.load()
    assert [row["_key"] for row in inbox.newest("erp_products")] == ["3"]
    assert "p1.csv line 3 is not utf-8 text; set encoding" in record.findings[0]
    inbox.files("erp_products: {file: 'p*.csv', encoding: gbk}")
    inbox.load()
    assert [row["product_name"] for row in inbox.newest("erp_products")] == ["ok", "轴承", "fine"]


def test_a_file_without_a_required_column_is_set_aside(inbox):
    inbox.files(PAYMENTS)
    (inbox.inbox / "payments_1.csv").write_text("No.,Date,Amount,Customer\n1,01/02/2024,1,a\n", encoding="utf-8")
    (inbox.inbox / "payments_2.csv").write_text("No.,Date\n2,01/02/2024\n", encoding="utf-8")
    record = inbox.load()
    assert record.new_versions == 1
    assert "payments_2.csv has no column 'Amount', which is required; it has 'No.', 'Date'" in record.findings[0]


def test_a_header_of_another_encoding_is_told_as_that_and_not_as_a_missing_column(inbox):
    inbox.files("erp_products: {file: 'p*.csv', columns: {product_code: 货号, product_name: 品名}}")
    (inbox.inbox / "p1.csv").write_text("货号,品名\n1,轴承\n", encoding="utf-8")
    (inbox.inbox / "p2.csv").write_bytes("货号,品名\n2,齿轮\n".encode("gbk"))
    record = inbox.load()
    assert [row["_key"] for row in inbox.newest("erp_products")] == ["1"]
    assert "p2.csv line 1 is not utf-8 text; set encoding to what the file was saved in" in record.findings[0]
    (inbox.inbox / "p1.csv").unlink()
    assert "p2.csv line 1 is not utf-8 text" in (inbox.load().error or "") + str(inbox.load().findings)


def test_only_new_files_are_read_and_a_file_sent_twice_counts_once(inbox):
    inbox.files(PAYMENTS)
    first = inbox.inbox / "payments_1.csv"
    first.write_text("No.,Date,Amount,Customer\n1,01/02/2024,1,a\n", encoding="utf-8")
    assert inbox.load().new_versions == 1
    assert inbox.load().status == "unchanged"
    (inbox.inbox / "payments_1_again.csv").write_bytes(first.read_bytes())
    record = inbox.load()
    assert (record.status, record.rows_read) == ("unchanged", 0)
    (inbox.inbox / "payments_2.csv").write_text("No.,Date,Amount,Customer\n2,01/02/2024,2,a\n", encoding="utf-8")
    record = inbox.load()
    assert (record.rows_read, record.new_versions) == (1, 1)


def test_a_file_corrected_and_sent_again_counts_with_its_new_rows(inbox):
    inbox.files(PAYMENTS)
    (inbox.inbox / "payments_1.csv").write_text(
        "No.,Date,Amount,Customer\n1,01/02/2024,1,a\n2,01/02/2024,2,a\n", encoding="utf-8"
    )
    inbox.load()
    (inbox.inbox / "payments_1.csv").write_text(
        "No.,Date,Amount,Customer\n1,01/02/2024,9,a\n2,01/02/2024,2,a\n", encoding="utf-8"
    )
    record = inbox.load()
    assert (record.rows_read, record.new_versions) == (2, 1)
    assert amounts(inbox) == {"1": Decimal(9), "2": Decimal(2)}


def test_overlapping_files_bring_each_invoice_once(inbox):
    inbox.files(PAYMENTS)
    head = "No.,Date,Amount,Customer\n"
    (inbox.inbox / "payments_1.csv").write_text(head + "1,01/02/2024,1,a\n2,01/02/2024,2,a\n", encoding="utf-8")
    (inbox.inbox / "payments_2.csv").write_text(head + "2,01/02/2024,2,a\n3,01/02/2024,3,a\n", encoding="utf-8")
    record = inbox.load()
    assert (record.rows_read, record.new_versions, record.unchanged) == (4, 3, 1)
    assert set(amounts(inbox)) == {"1", "2", "3"}


def test_an_old_file_that_comes_late_does_not_supersede_a_newer_row(inbox):
    inbox.files("erp_products: {file: 'p*.csv'}")
    head = "product_code,product_name,updated_at\n"
    (inbox.inbox / "p2.csv").write_text(head + "1,new,2024-05-02 00:00:00\n", encoding="utf-8")
    inbox.load()
    (inbox.inbox / "p1.csv").write_text(head + "1,old,2024-05-01 00:00:00\n", encoding="utf-8")
    assert inbox.load().new_versions == 1
    assert [row["product_name"] for row in inbox.newest("erp_products")] == ["new"]
    assert inbox.load(full=True).status == "unchanged"


def test_a_file_that_is_archived_deletes_nothing(inbox):
    inbox.files(PAYMENTS)
    for number in (1, 2):
        path = inbox.inbox / f"payments_{number}.csv"
        path.write_text(f"No.,Date,Amount,Customer\n{number},01/02/2024,1,a\n", encoding="utf-8")
    inbox.load()
    (inbox.inbox / "payments_1.csv").unlink()
    inbox.on("2024-06-20")
    record = inbox.load()
    assert (record.status, record.deletes) == ("unchanged", 0)


def test_a_zipped_csv_and_names_of_the_contract_need_no_mapping(inbox):
    inbox.files("erp_products: {}")
    with gzip.open(inbox.inbox / "erp_products.csv.gz", "wt", encoding="utf-8") as stream:
        stream.write("product_code,product_name\n1,one\n")
    assert inbox.load().new_versions == 1


def test_a_truncated_zip_and_an_empty_file_are_set_aside(inbox):
    inbox.files("erp_products: {file: 'p*'}")
    whole = gzip.compress(b"product_code,product_name\n" + b"".join(b"%d,name\n" % n for n in range(50_000)))
    (inbox.inbox / "p1.csv.gz").write_bytes(whole[: len(whole) // 2])
    (inbox.inbox / "p2.csv").write_bytes(b"")
    (inbox.inbox / "p3.csv").write_text("product_code,product_name\n3,c\n", encoding="utf-8")
    record = inbox.load()
    assert [row["_key"] for row in inbox.newest("erp_products")] == ["3"]
    assert "p1.csv.gz cannot be unpacked or read" in record.findings[0]
    assert "p2.csv has no header in line 1" in record.findings[1]


def test_an_excel_sheet_with_a_title_and_a_total(inbox):
    inbox.files(
        "erp_payments:\n  file: 'p*.xlsx'\n  sheet: May\n  header_line: 3\n  skip_footer: 1\n"
        "  columns: {payment_id: 'No', payment_date: Day, amount: Sum, customer_code: Who}"
    )
    book = openpyxl.Workbook()
    sheet = book.create_sheet("May")
    for line in (
        ["Payments"],
        [],
        ["No", "Day", "Sum", "Who"],
        [7, datetime(2024, 5, 1), 0.1, "客户"],
        ["008", date(2024, 5, 2), 2, None],
        [None, None, 2.1, "total"],
    ):
        sheet.append(line)
    book.save(inbox.inbox / "p.xlsx")
    inbox.load()
    rows = {row["_key"]: row for row in inbox.rows("erp_payments")}
    assert {key: (row["payment_date"], row["amount"]) for key, row in rows.items()} == {
        "7": (date(2024, 5, 1), Decimal("0.1")),
        "008": (date(2024, 5, 2), Decimal(2)),
    }
    assert rows["008"]["_origin"] == "p.xlsx:5"


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(inbox):
    inbox.files("erp_products: {file: p.xlsx, sheet: Mai}")
    openpyxl.Workbook().save(inbox.inbox / "p.xlsx")
    assert "p.xlsx has no sheet 'Mai'; it has Sheet" in inbox.load().error


def test_parquet_types_are_carried_exactly(inbox):
    inbox.files("erp_payments: {file: 'p*.parquet', timezone: Europe/London}")
    table = pa.table(
        {
            "payment_id": pa.array([1, None], pa.int32()),
            "payment_date": pa.array([datetime(2024, 7, 1, 23, 30)] * 2, pa.timestamp("us", "UTC")),
            "amount": pa.array([0.1, 2.5], pa.float32()),
            "ledger_amount": pa.array([Decimal("1.2345"), Decimal("1.2")], pa.decimal128(20, 6)),
            "method": pa.array(["a", None]).dictionary_encode(),
            "updated_at": pa.array([1_719_000_000_000_000_001, 1_719_000_000_000_000_000], pa.timestamp("ns")),
        }
    )
    pq.write_table(table, inbox.inbox / "p.parquet")
    inbox.load()
    first, second = sorted(inbox.rows("erp_payments"), key=lambda row: row["_origin"])
    assert (first["_key"], first["payment_date"], first["amount"], first["ledger_amount"], first["method"]) == (
        "1",
        date(2024, 7, 2),
        Decimal("0.1"),
        Decimal("1.2345"),
        "a",
    )
    assert first["_rejected"] == '{"updated_at":"2024-06-21 20:00:00.000000001"}'
    assert second["updated_at"] == datetime(2024, 6, 21, 19, 0)


def test_a_damaged_parquet_file_is_set_aside(inbox):
    inbox.files("erp_products: {file: 'p*.parquet'}")
    pq.write_table(pa.table({"product_code": ["1"]}), inbox.inbox / "p2.parquet")
    (inbox.inbox / "p1.parquet").write_bytes(b"PAR1 this is none PAR1")
    record = inbox.load()
    assert record.new_versions == 1 and "p1.parquet is no Parquet file" in record.findings[0]


def test_a_query_over_the_folder_is_read_again_only_when_a_file_changed(inbox):
    inbox.files(
        "erp_products:\n  query: select code as product_code, max(name) as product_name"
        " from read_csv('p*.csv', all_varchar = true) group by code"
    )
    (inbox.inbox / "p1.csv").write_text("code,name\n01,a\n01,b\n", encoding="utf-8")
    assert inbox.load().new_versions == 1
    assert inbox.load().rows_read == 0
    (inbox.inbox / "p2.csv").write_text("code,name\n02,c\n01,z\n", encoding="utf-8")
    record = inbox.load()
    assert (record.rows_read, record.new_versions) == (2, 2)
    assert [row["product_name"] for row in inbox.newest("erp_products")] == ["z", "c"]


def test_a_folder_that_is_not_there_and_a_pattern_without_files_are_told(inbox):
    inbox.files(PAYMENTS)
    assert "holds no file 'payments_*.csv'" in inbox.load().error
    inbox.source(PAYMENTS, connection=str(inbox.inbox / "elsewhere"))
    assert "elsewhere does not exist" in inbox.load().error


def test_a_correction_under_another_name_counts_whichever_name_comes_first(inbox):
    inbox.files(PAYMENTS)
    head = "No.,Date,Amount,Customer\n"
    for name, amount, written in (
        ("payments_1.csv", 1, 1_700_000_000),
        ("payments_1 (corrected).csv", 9, 1_700_000_100),
    ):
        (inbox.inbox / name).write_text(f"{head}1,01/02/2024,{amount},a\n", encoding="utf-8")
        os.utime(inbox.inbox / name, (written, written))
    inbox.load()
    assert amounts(inbox) == {"1": Decimal(9)}
    assert inbox.load(full=True).status == "unchanged"
    (inbox.inbox / "payments_0.csv").write_text(f"{head}1,01/02/2024,10,a\n", encoding="utf-8")
    inbox.load()
    assert amounts(inbox) == {"1": Decimal(10)}
    assert inbox.load(full=True).status == "unchanged"


@pytest.mark.parametrize(
    ("options", "mark", "line"),
    [
        ("delimiter: '|'", "|", '1|"a|b"'),
        ('delimiter: "\\t"', "\t", "1\ta|b"),
        ('quote: "\'"', ",", "1,'a|b'"),
        ("delimiter: ';', quote: ''", ";", '1;"a|b'),
    ],
)
def test_any_delimiter_and_any_quotation_mark(inbox, options, mark, line):
    inbox.files(f"erp_products: {{file: p.csv, {options}}}")
    (inbox.inbox / "p.csv").write_text(f"product_code{mark}product_name\n{line}\n", encoding="utf-8")
    inbox.load()
    (row,) = inbox.rows("erp_products")
    assert row["product_name"] == ('"a|b' if "quote: ''" in options else "a|b")


def test_a_file_corrected_and_corrected_back_counts_as_it_was_sent_last(inbox):
    inbox.files("erp_products: {file: 'p*.csv'}")
    head = "product_code,product_name,updated_at\n"
    for day, name in enumerate(["A", "B", "A", "C", "B"], 1):
        (inbox.inbox / "p1.csv").write_text(f"{head}1,{name},2024-05-01 00:00:00\n", encoding="utf-8")
        os.utime(inbox.inbox / "p1.csv", (1_700_000_000 + day, 1_700_000_000 + day))
        inbox.on(f"2024-06-0{day}")
        assert inbox.load().new_versions == 1
        assert [row["product_name"] for row in inbox.newest("erp_products")] == [name]
        assert inbox.load(full=True).status == "unchanged"


def test_an_old_file_corrected_back_joins_the_history_as_it_was_sent_last(inbox):
    inbox.files("erp_products: {file: 'p*.csv'}")
    head = "product_code,product_name,updated_at\n"
    (inbox.inbox / "p2.csv").write_text(f"{head}1,new,2024-05-02 00:00:00\n", encoding="utf-8")
    inbox.load()
    for number, name in enumerate(["A", "B", "A"]):
        (inbox.inbox / "p1.csv").write_text(f"{head}1,{name},2024-05-01 00:00:00\n", encoding="utf-8")
        os.utime(inbox.inbox / "p1.csv", (1_700_000_000 + number, 1_700_000_000 + number))
        assert inbox.load().new_versions == 1
        (inbox.inbox / "p1.csv").touch()
        assert inbox.load(full=True).status == "unchanged"
    assert [row["product_name"] for row in inbox.newest("erp_products")] == ["new"]
    last = inbox.query(
        "select max_by(product_name, _load_seq) as name from log where product_name <> 'new'", "erp_products"
    )
    assert last == [{"name": "A"}]
