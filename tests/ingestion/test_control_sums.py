"""What the source itself counts and sums of a load, beside what arrived."""

from decimal import Decimal

import duckdb
import pytest

from ingestion.decide import Decision
from ingestion.readers.database import DatabaseReader
from quality.reconciliation import write_reconciliation
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
        "tax_amount": (Decimal("19.1"), Decimal("19.1")),
    }
    assert record.control_sums["tax_amount"].rejected_values == 1, "a text that is no number is nothing on either side"
    assert read_manifest(shop.settings).loads[-1].control_sums == record.control_sums


def test_only_what_the_load_reads_is_counted(shop):
    shop.load()
    shop.sql("insert into invoices values ('4', '2024-05-04', '2024-05-04 00:00:00', 'I', 1, 84, null)")
    record = shop.load()
    assert (record.source_rows, record.rows_read) == (3, 3), "the new one, and those of the days within the overlap"
    assert record.control_sums["net_amount"].source == Decimal("42.92")


def test_rows_that_do_not_arrive_are_told_with_their_money(shop, monkeypatch):
    whole = DatabaseReader.batches

    def losing(self, *arguments):
        for table in whole(self, *arguments):
            yield table.slice(1)

    monkeypatch.setattr(DatabaseReader, "batches", losing)
    record = shop.load()
    assert "the source counts 3 rows and 2 arrived" in record.findings[0]
    assert any("net_amount sums to 142.08 in the source and to 42.08 as it arrived" in one for one in record.findings)


def test_a_new_version_that_gets_lost_is_not_taken_for_an_unchanged_row(shop, monkeypatch):
    whole = Decision.accept

    def losing(self, *arguments):
        whole(self, *arguments)
        self._connection.execute("delete from accepted where position = (select min(position) from accepted)")

    shop.load()
    shop.sql("update invoices set gross = gross + 1; insert into invoices select * from invoices where id = '3'")
    monkeypatch.setattr(Decision, "accept", losing)
    record = shop.load(full=True)
    assert (record.rows_read, record.new_versions, record.unchanged) == (4, 2, 1), "one repeats a key, and one is lost"


def test_a_value_that_is_rejected_is_named_as_the_reason(shop):
    shop.source(INVOICES.replace("0.01", "0.00001"))
    record = shop.load()
    total = record.control_sums["net_amount"]
    assert total.rejected_values == 2 and total.source != total.read and total.agrees
    assert not any("sums to" in finding for finding in record.findings)


def test_what_a_query_gives_is_counted_and_summed_too(shop):
    shop.source(INVOICES.replace("table: invoices", "query: \"select * from invoices where id <> '2'\""))
    record = shop.load()
    assert (record.source_rows, record.rows_read, record.findings) == (2, 2, [])
    assert record.control_sums["gross_amount"].source == Decimal("169.1")


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ("1.005, 0.995", None),  # three decimals where two are declared: rounded as they arrive, so not summed
        ("1.004, 1", "2"),
        ("70368744177664, 70368744177663.5", "140737488355327.5"),  # more than doubles add, fewer than integers hold
        ("-90071992547409.92, 90071992547409.91", None),
        ("-5.01, 5, -0.99", "-1"),
        ("null, null", "0"),
        ("'12 CNY', 3", None),
        ("x'31', 3", None),
        ("9e999, 3", None),
        ("9223372036854775807, 9223372036854775807", None),
    ],
)
def test_sqlite_is_asked_for_sums_that_are_exact_or_not_at_all(small_company, values, total):
    constants = 'posting_date: "2024-01-01", account_code: "1", account_class: other'
    small_company.source(f"erp_gl_entries: {{table: doc, constants: {{{constants}}}}}")
    rows = ", ".join(f"('{number}', {value})" for number, value in enumerate(values.split(", ")))
    small_company.sql(f"create table doc (entry_id text, amount numeric(18,2)); insert into doc values {rows}")
    record = small_company.load()
    assert record.status == "loaded" and not any("sums to" in finding for finding in record.findings)
    told = record.control_sums.get("amount")
    assert (told and told.source) == (total and Decimal(total))


def test_files_are_not_asked(shop, tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "erp_products.csv").write_text("product_code\n1\n")
    shop.source("erp_products: {}", connection=str(tmp_path / "inbox"))
    assert shop.load(full=True).source_rows is None


@pytest.mark.parametrize(
    ("update", "measure", "difference"),
    [
        ({"unchanged": 0}, "rows read", 1),
        ({"new_versions": 2}, "new versions of the newest load", 1),
        ({"deletes": 0}, "deletions of the newest load", 1),
    ],
)
def test_what_a_load_says_of_itself_is_held_against_the_log(shop, update, measure, difference):
    shop.load()
    shop.sql("update invoices set gross = gross + 1 where id < '3'; delete from invoices where id = '3'")
    shop.sql("insert into invoices values ('4', '2024-05-03', '2024-05-03 00:00:00', 'I', 1, 1, null)")
    shop.load(full=True)
    shop.sql("update invoices set gross = gross + 1 where id < '3'; delete from invoices where id = '1'")
    record = shop.load(full=True)
    assert (record.rows_read, record.new_versions, record.unchanged, record.deletes) == (2, 1, 1, 1)
    manifest = read_manifest(shop.settings)

    def differences() -> dict[str, int]:
        with duckdb.connect() as connection:
            write_reconciliation(connection, shop.settings, "run", {"erp_invoices": None}, manifest)
            found = connection.execute(
                "select measure, difference_value from quality.reconciliation where scope = 'rows'"
            ).fetchall()
        return {name: value for name, value in found if value}

    assert differences() == {}
    manifest.loads[-1] = record.model_copy(update=update)
    assert abs(differences()[measure]) == difference
