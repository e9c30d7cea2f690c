"""Half a million real invoice lines through a source file: what is in raw equals the file, rows and money."""

import os
from pathlib import Path

import duckdb
import pytest

from ingestion.check import check_sources
from ingestion.extract import extract
from warehouse.company import load_company
from warehouse.raw_manifest import read_manifest
from warehouse.settings import PROJECT_ROOT, Settings

FOLDER = Path(os.environ.get("CMW_REAL_DATA") or PROJECT_ROOT.parent / "shared" / "data")
FILE = FOLDER / "online_retail_2009_2010.parquet"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there; name its folder in CMW_REAL_DATA")


@pytest.fixture(scope="module")
def retail(tmp_path_factory):
    before = os.environ.get("CMW_REAL_DATA")
    os.environ["CMW_REAL_DATA"] = str(FOLDER)
    settings = Settings(config=Path(__file__).parent / "config", home=tmp_path_factory.mktemp("retail"))
    yield settings, extract(settings, load_company(settings), run_id="retail")
    if before is None:
        del os.environ["CMW_REAL_DATA"]
    else:
        os.environ["CMW_REAL_DATA"] = before


@pytest.fixture(scope="module")
def sql(retail):
    settings, _ = retail
    with duckdb.connect() as connection:
        connection.execute(f"create view file as select * from read_parquet('{FILE}')")
        for entity in {file.entity for file in read_manifest(settings).files}:
            files = [str(settings.raw / file.path) for file in read_manifest(settings).files if file.entity == entity]
            connection.execute(
                f"create view {entity} as select * from read_parquet({files}, hive_partitioning = false)"
            )
        yield lambda query: connection.execute(query).fetchall()


def test_every_row_is_loaded_and_none_is_rejected(retail):
    _, result = retail
    assert {load.entity: (load.status, load.rejected_rows, load.findings) for load in result.loads} == dict.fromkeys(
        ["erp_customers", "erp_products", "erp_orders", "erp_order_lines", "erp_invoices", "erp_invoice_lines"],
        ("loaded", 0, []),
    )


def test_lines_and_money_equal_the_file(sql):
    money = "sum(Quantity * cast(UnitPrice as decimal(18,4)))"
    assert sql("select count(*), sum(net_amount) from erp_invoice_lines") == sql(f"select count(*), {money} from file")
    assert sql("select count(*), sum(net_amount) from erp_invoices") == sql(
        f"select count(distinct InvoiceNo), {money} from file"
    )
    assert sql("select count(*), sum(net_amount) from erp_order_lines") == sql(
        f"select count(*), {money} from file where left(InvoiceNo, 1) not in ('A', 'C')"
    )


def test_every_line_has_a_key_of_its_own_and_the_value_of_its_file_row(sql):
    assert sql(
        """
        with file_lines as (
          select InvoiceNo || '-' || row_number() over (partition by InvoiceNo order by place) as line_key, *
          from (select *, row_number() over () as place from file)
        )
        select count(*), count(*) filter (
          l.product_code = f.StockCode and l.quantity = f.Quantity
          and l.unit_price = cast(f.UnitPrice as decimal(18,4)) and l.invoice_id = f.InvoiceNo)
        from erp_invoice_lines as l join file_lines as f on f.line_key = l._key
        """
    ) == [(525_461, 525_461)]


def test_customers_and_their_orders_equal_the_file(sql):
    assert sql("select count(*), count(distinct customer_code) from erp_customers") == sql(
        "select count(distinct CustomerID), count(distinct CustomerID) from file"
    )
    assert sql(
        "select date_trunc('month', order_date) as m, count(distinct customer_code), count(*) "
        "from erp_orders group by 1 order by 1"
    ) == sql(
        """
        select date_trunc('month', cast(day as date)) as m, count(distinct customer), count(*)
        from (
          select InvoiceNo, min(CustomerID) as customer, min(InvoiceDate) as day
          from file where left(InvoiceNo, 1) not in ('A', 'C') group by 1)
        group by 1 order by 1
        """
    )


def test_credit_notes_lower_what_their_customers_were_invoiced(sql):
    (row,) = sql(
        "select count(*), max(net_amount), count(*) filter (gross_amount <> net_amount) "
        "from erp_invoices where document_type = 'credit_note'"
    )
    assert row[0] > 4_000 and row[1] <= 0 and row[2] == 0


def test_a_second_extraction_reads_nothing(retail):
    settings, _ = retail
    again = extract(settings, load_company(settings), run_id="again")
    assert not again.changed
    assert {load.rows_read for load in again.loads} == {0}


def test_the_check_names_nothing_but_rows(retail):
    settings, _ = retail
    findings = check_sources(settings, load_company(settings))
    assert {finding.severity for finding in findings} == {"info"}
