"""What the source itself counts and sums of a load, beside what arrived."""

from decimal import Decimal

import pytest

from ingestion.readers.database import DatabaseReader
from warehouse.raw_manifest import read_manifest

INVOICES = """
erp_invoices:
  table: invoices
  cursor: updated_at
  columns: {invoice_id: id, invoice_date: day, gross_amount: gross, net_amount: net_cents}
  units: {net_amount: 0.01}
  constants: {status: posted}
  values: {document_type: {I: invoice, C: credit_note}}
"""


@pytest.fixture
def shop(small_company):
    small_company.source(INVOICES)
    small_company.sql(
        "create table invoices (id text, day text, updated_at text, document_type text,"
        " gross numeric(18,2), net_cents integer, tax_amount text);"
        "insert into invoices values ('1', '2024-05-01', '2024-05-01 00:00:00', 'I', 119.1, 10000, '19.1'),"
        "('2', '2024-05-02', '2024-05-02 00:00:00', 'I', 0.2, 7, 'x'),"
        "('3', '2024-05-03', '2024-05-03 00:00:00', 'C', 50, 4201, null)"
    )
    return small_company


def test_rows_and_money_of_a_load_are_what_the_source_counts_and_sums(shop):
    record = shop.load()
    assert (record.source_rows, record.rows_read) == (3, 3)
    assert {name: (total.source, total.read) for name, total in record.control_sums.items()} == {
        "gross_amount": (Decimal("169.3"), Decimal("169.3")),  # without signs: the credit note's was turned
        "net_amount": (Decimal("142.08"), Decimal("142.08")),
    }
    assert "tax_amount" not in record.control_sums, "text cannot be summed by the source"
    assert read_manifest(shop.settings).loads[-1].control_sums == record.control_sums


def test_only_what_the_load_reads_is_counted(shop):
    shop.load()
    shop.sql("insert into invoices values ('4', '2024-05-04', '2024-05-04 00:00:00', 'I', 1, 84, null)")
    record = shop.load()
    assert (record.source_rows, record.rows_read) == (2, 2), "the new one, and the last one within the overlap"
    assert record.control_sums["net_amount"].source == Decimal("42.85")


def test_rows_that_do_not_arrive_are_told_with_their_money(shop, monkeypatch):
    whole = DatabaseReader.batches

    def losing(self, *arguments):
        for table in whole(self, *arguments):
            yield table.slice(1)

    monkeypatch.setattr(DatabaseReader, "batches", losing)
    record = shop.load()
    assert "the source counts 3 rows and 2 arrived" in record.findings[0]
    assert any("net_amount sums to 142.08 in the source and to 42.08 as it arrived" in one for one in record.findings)


def test_a_value_that_is_rejected_is_named_as_the_reason(shop):
    shop.source(INVOICES.replace("0.01", "0.00001"))
    record = shop.load()
    total = record.control_sums["net_amount"]
    assert total.rejected_values == 2 and total.source != total.read and total.agrees
    assert not any("sums to" in finding for finding in record.findings)


def test_a_query_and_a_folder_are_not_asked(shop, tmp_path):
    shop.source("erp_products: {query: select 'a' as product_code}")
    assert shop.load().source_rows is None
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "erp_products.csv").write_text("product_code\n1\n")
    shop.source("erp_products: {}", connection=str(tmp_path / "inbox"))
    assert shop.load(full=True).source_rows is None
