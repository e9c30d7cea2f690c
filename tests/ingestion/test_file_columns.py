"""Each file of a folder is held against the mapping by itself: what it lacks or has twice is told."""

import pytest

PAYMENTS = """
erp_payments:
  file: "pay*"
  columns: {payment_id: id, payment_date: d, amount: a, customer_code: c}
"""
FIRST = "id,d,a,c\n1,2024-05-01,1,x\n"


@pytest.fixture
def payments(inbox):
    inbox.files(PAYMENTS)
    (inbox.inbox / "pay1.csv").write_text(FIRST, encoding="utf-8")
    assert inbox.load().findings == []
    return inbox


def customers(company) -> dict[str, str | None]:
    return {row["_key"]: row["customer_code"] for row in company.newest("erp_payments")}


def test_a_file_that_lacks_a_mapped_column_loads_and_says_so(payments):
    (payments.inbox / "pay2.csv").write_text("id,d,a\n2,2024-05-01,1\n", encoding="utf-8")
    record = payments.load()
    assert record.findings == ["pay2.csv has no column 'c', which the mapping reads: it is empty there"]
    assert customers(payments) == {"1": "x", "2": None}


def test_a_file_that_lacks_a_mapped_column_stops_the_entity_where_the_source_says_so(payments):
    payments.files(PAYMENTS, more="on_schema_change: stop\n")
    (payments.inbox / "pay2.csv").write_text("id,d,a\n2,2024-05-01,1\n", encoding="utf-8")
    record = payments.load()
    assert record.status == "failed" and "pay2.csv has no column 'c', which the mapping reads" in record.error
    assert customers(payments) == {"1": "x"}
    (payments.inbox / "pay2.csv").write_text("id,d,a,c\n2,2024-05-01,1,y\n", encoding="utf-8")
    assert payments.load().findings == []
    assert customers(payments) == {"1": "x", "2": "y"}


@pytest.mark.parametrize("policy", ["continue", "stop"])
def test_letter_case_and_order_of_the_header_may_differ_from_file_to_file(payments, policy):
    payments.files(PAYMENTS, more=f"on_schema_change: {policy}\n")
    (payments.inbox / "pay0.csv").write_text("C,A,D,ID\ny,2,2024-05-01,2\n", encoding="utf-8")
    record = payments.load()
    assert (record.findings, record.error) == ([], "")
    assert customers(payments) == {"1": "x", "2": "y"}


def test_files_that_differ_in_letter_case_alone_are_one_column_also_where_no_file_spells_it_as_the_mapping(inbox):
    inbox.files("erp_products: {file: 'p*.csv'}")
    (inbox.inbox / "p1.csv").write_text("Product_Code,Product_Name\n1,a\n", encoding="utf-8")
    (inbox.inbox / "p2.csv").write_text("PRODUCT_CODE,PRODUCT_NAME\n2,b\n", encoding="utf-8")
    assert inbox.load().findings == []
    assert [row["product_name"] for row in inbox.newest("erp_products")] == ["a", "b"]


@pytest.mark.parametrize("header", ["product_code,product_name,product_name", "product_code,Product_name,PRODUCT_NAME"])
def test_a_column_that_stands_twice_sets_the_file_aside(inbox, header):
    inbox.files("erp_products: {file: 'p*.csv'}")
    (inbox.inbox / "p1.csv").write_text(f"{header}\n1,a,b\n", encoding="utf-8")
    (inbox.inbox / "p2.csv").write_text("product_code,product_name\n2,c\n", encoding="utf-8")
    record = inbox.load()
    assert [row["_key"] for row in inbox.rows("erp_products")] == ["2"]
    (finding,) = record.findings
    assert "p1.csv has 2 columns 'product_name'" in finding.replace("Product_name", "product_name")


def test_a_column_that_stands_twice_and_is_not_mapped_harms_nothing(inbox):
    inbox.files("erp_products: {file: p.csv}")
    (inbox.inbox / "p.csv").write_text("note,product_code,note,\n1,2,3,4\n", encoding="utf-8")
    assert inbox.load().findings == []
    assert [row["_key"] for row in inbox.rows("erp_products")] == ["2"]
