"""Numbers with marks between thousands and a decimal comma: as they are written, or refused with their text."""

import json
import re
from datetime import datetime
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.column_plan import plan_columns
from ingestion.mapper import Mapper
from ingestion.readers.raw_arrow import batch
from ingestion.sources import load_sources
from tests.ingestion.conftest import SmallCompany
from warehouse.errors import CmwError

GERMAN, COMMA, ENGLISH = ("decimal: ','", "thousands: '.'"), ("decimal: ','",), ("thousands: ','",)


def carried(company: SmallCompany, said: tuple[str, ...], text: str, column: str = "standard_cost"):
    """(value, rejected text) of one field of a CSV file with those marks."""
    inbox = company.settings.home / "inbox"
    inbox.mkdir()
    lines = "".join(f"  {line}\n" for line in said)
    company.source(f"erp_products:\n  file: p.csv\n  delimiter: ';'\n{lines}", connection=str(inbox))
    (inbox / "p.csv").write_text(f"product_code;{column}\n1;{text}\n", encoding="utf-8")
    record = company.load()
    (row,) = company.rows("erp_products")
    rejected = json.loads(row["_rejected"] or "{}")
    assert record.rejected_rows == bool(rejected)
    return row[column], rejected.get(column)


@pytest.mark.parametrize(
    ("said", "text", "value"),
    [
        (GERMAN, "1.234,50", "1234.5"),
        (GERMAN, "1.234.567,5", "1234567.5"),
        (GERMAN, "1234,5", "1234.5"),
        (GERMAN, "-1.234", "-1234"),
        (GERMAN, " +12,34 ", "12.34"),
        (GERMAN, ",5", "0.5"),
        (COMMA, "1500", "1500"),
        (COMMA, "1,5E+2", "150"),
        (ENGLISH, "1,234.50", "1234.5"),
        (("decimal: ','", "thousands: ' '"), "1 234,5", "1234.5"),
        (("decimal: ','", 'thousands: "\\u202f"'), "1\u202f234,5", "1234.5"),
        (('thousands: "\'"',), "1'234.5", "1234.5"),
    ],
)
def test_marks_at_their_places_are_read(small_company, said, text, value):
    assert carried(small_company, said, text) == (Decimal(value), None)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (GERMAN, "1,234.50"),
        (GERMAN, "12.34"),
        (GERMAN, "1.5"),
        (GERMAN, "1234.567"),
        (GERMAN, "1.2345,00"),
        (GERMAN, "1.234,5,0"),
        (GERMAN, ".234"),
        (GERMAN, "1.234."),
        (GERMAN, "1..234"),
        (COMMA, "1.500"),
        (COMMA, "1.234,50"),
        (ENGLISH, "1234,50"),
        (ENGLISH, "1,5"),
        (ENGLISH, "1.234,50"),
        (ENGLISH, "1.5,000"),
        (ENGLISH, ","),
    ],
)
def test_a_mark_at_another_place_is_refused_and_not_deleted(small_company, said, text):
    assert carried(small_company, said, text) == (None, text)


@pytest.mark.parametrize(("text", "value", "rejected"), [("1.234", 1234, None), ("12.34", None, "12.34")])
def test_whole_numbers_have_the_same_marks(small_company, text, value, rejected):
    inbox = small_company.settings.home / "inbox"
    inbox.mkdir()
    small_company.source(
        "crm_stages: {file: s.csv, delimiter: ';', decimal: ',', thousands: '.'}", kind="crm", connection=str(inbox)
    )
    (inbox / "s.csv").write_text(f"pipeline;stage;position;outcome\na;b;{text};open\n", encoding="utf-8")
    small_company.load()
    (row,) = small_company.rows("crm_stages")
    assert (row["position"], json.loads(row["_rejected"] or "{}").get("position")) == (value, rejected)


@pytest.mark.parametrize("text", ["1e-31", "1e-40", "4.9e-324", "-3E-31"])
def test_a_number_too_small_for_the_contract_is_refused_and_not_zero(small_company, text):
    assert carried(small_company, (), text) == (None, text)


@pytest.mark.parametrize("text", ["0e-40", "0.000E-99", "-0e-31"])
def test_zero_is_zero_however_it_is_written(small_company, text):
    assert carried(small_company, (), text) == (0, None)


@pytest.mark.parametrize("text", ["NaN", "inf", "-Infinity", "1.23456", "1e999", "1e15", "0x10", "1_000", "12 CNY"])
def test_what_is_no_number_of_the_contract_is_refused_in_a_csv_file(small_company, text):
    assert carried(small_company, (), text) == (None, text)


@pytest.mark.parametrize("mark", ["decimal: ','", "thousands: ','", "delimiter: ';'"])
def test_a_database_has_no_marks_of_files(small_company, mark):
    small_company.source(f"erp_products: {{table: p, {mark}}}")
    with pytest.raises(CmwError, match=f"{mark.split(':')[0]} describes a file, and the connection is a database"):
        load_sources(small_company.settings, small_company.company)


@pytest.mark.parametrize("number", [1e-31, 1e-40, 5e-324])
def test_a_double_too_small_for_the_contract_is_refused(small_company, number):
    small_company.source("erp_products: {table: p}")
    small_company.sql("create table p (product_code text, standard_cost real)")
    small_company.sql(f"insert into p values ('1', {number!r})")
    small_company.load()
    (row,) = small_company.rows("erp_products")
    assert row["standard_cost"] is None and json.loads(row["_rejected"]) == {"standard_cost": repr(number)}


def expected(text: str) -> Decimal | None:
    """What a reader of German numbers takes the text for, to four decimals."""
    text = text.strip(" ")
    if not re.fullmatch(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?", text) or not re.search(r"\d", text):
        return None
    number = Decimal(text.replace(".", "").replace(",", "."))
    return number if number == round(number, 4) and abs(number) < 10**14 else None


@pytest.fixture
def german_mapper(small_company):
    inbox = small_company.settings.home / "inbox"
    inbox.mkdir()
    small_company.source(
        "erp_products: {file: p.csv, decimal: ',', delimiter: ';', thousands: '.'}", connection=str(inbox)
    )
    ((mapping,),) = [source.mappings for source in load_sources(small_company.settings, small_company.company)]
    plan = plan_columns(mapping, {"product_code": None, "standard_cost": None}, "p")
    with duckdb.connect() as connection:
        yield Mapper(connection, mapping, plan, "1", 1, datetime(2024, 6, 1))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text("0123456789.,+- ", max_size=12), min_size=20, max_size=60))
def test_any_text_of_digits_and_marks_is_the_number_it_says_or_none(german_mapper, texts):
    rows = german_mapper.map(batch(2, [("1", text) for text in texts], 0, "p")).to_pylist()
    assert [row["standard_cost"] for row in rows] == [expected(text) for text in texts]
    assert [row["_rejected"] is None for row in rows] == [
        expected(text) is not None or not text.strip(" ") for text in texts
    ]
