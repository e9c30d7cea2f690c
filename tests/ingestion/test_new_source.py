"""`cmw sources new` writes a first source file that loads, with its guesses marked."""

import uuid

import pytest
import sqlalchemy as sa

from ingestion.guess import likeness, words
from ingestion.new_source import new_source
from ingestion.preview import preview
from ingestion.sources import load_sources
from tests.ingestion.servers import execute, needed
from warehouse.errors import CmwError

BIKES = """
create table clients (client_no text, full_name text, changed_at text, vat text, shoe_size integer);
insert into clients values ('7', 'Räder Meier', '2024-05-01 00:00:00', 'DE1', 42);
create table "order headers" (id integer, client_no text, order_day text, state text, modified text);
insert into "order headers" values (1, '7', '2024-05-02', 'Shipped', '2024-05-02'), (2, '7', '2024-05-03', '9', null);
create table InvoiceLines (LineId integer, InvoiceNo text, NetAmount numeric, Qty integer, Article text);
create table weather (day text, rain integer);
"""
URL = "sqlite:///${CMW_HOME}/source.db"


@pytest.fixture
def bikes(small_company):
    small_company.sql(BIKES)
    return small_company


def test_tables_and_columns_are_guessed_by_their_names_and_marked(bikes):
    path, guesses = new_source(bikes.settings, bikes.company, "bikes", "erp", URL)
    assert {guess.entity.entity: guess.table for guess in guesses} == {
        "erp_customers": "clients",
        "erp_orders": "order headers",
        "erp_invoice_lines": "InvoiceLines",
    }
    text = path.read_text(encoding="utf-8")
    assert "customer_name: full_name  # guess" in text
    assert "customer_code: client_no  # guess" in text and "cursor: changed_at  # guess" in text
    assert "# not used: shoe_size" in text or "shoe_size" in text.split("# not used:")[1]
    assert "# Tables that look like nothing in the contract: weather" in text
    assert "Shipped: shipped  # guess" in text and '# "9": one of draft, confirmed' in text


def test_the_draft_loads_and_its_rows_can_be_looked_at(bikes):
    new_source(bikes.settings, bikes.company, "bikes", "erp", URL)
    (source,) = load_sources(bikes.settings, bikes.company)
    assert source.source_system == "bikes" and len(source.mappings) == 3
    (shown,) = preview(bikes.settings, bikes.company, "erp_orders")
    rows = shown.rows.to_pylist()
    assert [(row["order_id"], row["customer_code"], row["status"]) for row in rows] == [
        ("1", "7", "shipped"),
        ("2", "7", None),
    ]


def test_a_draft_whose_codes_are_like_none_of_the_contract_loads_too(small_company):
    small_company.sql("create table orders (id integer, day text, state integer); insert into orders values (1, '', 2)")
    path, _ = new_source(small_company.settings, small_company.company, "bikes", "erp", URL)
    assert '# "2": one of draft, confirmed' in path.read_text(encoding="utf-8")
    (source,) = load_sources(small_company.settings, small_company.company)
    assert source.entities == ("erp_orders",)


def test_a_password_is_never_written_into_the_file(bikes, monkeypatch):
    from ingestion.new_source import _unwritten

    assert _unwritten("bikes", "postgresql://reader:secret@db/sales") == "${BIKES_URL}"
    assert _unwritten("bikes", "${SHOP_URL}") == "${SHOP_URL}"
    assert _unwritten("bikes", "postgresql://reader@db/sales") == "postgresql://reader@db/sales"


@pytest.mark.parametrize(
    ("name", "url", "told"),
    [
        ("Bikes!", URL, "is no name of a source system"),
        ("bikes", "/some/folder", "is no database"),
        ("bikes", "sqlite:////nowhere/x.db", "does not exist"),
    ],
)
def test_what_cannot_be_a_source_is_refused(bikes, name, url, told):
    with pytest.raises(CmwError, match=told):
        new_source(bikes.settings, bikes.company, name, "erp", url)
    assert list((bikes.settings.config / "sources").iterdir()) == []


def test_a_file_that_is_there_is_never_written_over(bikes):
    path, _ = new_source(bikes.settings, bikes.company, "bikes", "erp", URL)
    before = path.read_text(encoding="utf-8")
    with pytest.raises(CmwError, match="is there already"):
        new_source(bikes.settings, bikes.company, "bikes", "crm", URL)
    assert path.read_text(encoding="utf-8") == before


def test_a_database_without_anything_alike_is_told_with_its_tables(small_company):
    small_company.sql("create table weather (day text, rain integer)")
    with pytest.raises(CmwError, match="there are: weather"):
        new_source(small_company.settings, small_company.company, "w", "service", URL)


def test_words_of_names_are_compared_whatever_their_spelling():
    assert words("OrderHeaders") == words("order_headers") == words("ORDER-HEADER")
    assert likeness(words("client_no"), words("customer_code")) == 1.0
    assert likeness(words("weather"), words("customer")) < 0.6


@pytest.mark.servers
@pytest.mark.parametrize("name", ["postgres", "mysql"])
def test_a_database_on_a_server_is_guessed_and_its_draft_loads(small_company, name):
    url, database = needed(name), f"cmw_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    inside = admin.url.set(database=database).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"create database {database}")
        try:
            execute(
                inside,
                "create table clients (client_no varchar(10), full_name varchar(20), changed_at timestamp null)",
                "create table orders (id int, client_no varchar(9), order_day date, state varchar(9))",
                "insert into clients values ('7', 'R. Meier', '2024-05-01')",
                "insert into orders values (1, '7', '2024-05-01', 'Shipped')",
            )
            path, _ = new_source(small_company.settings, small_company.company, "bikes", "erp", inside)
            text = path.read_text(encoding="utf-8")
            assert "customer_name: full_name  # guess" in text and "Shipped: shipped  # guess" in text
            loads = small_company.extract().loads
            assert {(load.entity, load.status) for load in loads} == {
                ("erp_customers", "loaded"),
                ("erp_orders", "loaded"),
            }
            assert small_company.rows("erp_customers")[0]["customer_name"] == "R. Meier"
        finally:
            connection.exec_driver_sql(f"drop database {database}" + (" with (force)" if name == "postgres" else ""))
    admin.dispose()
