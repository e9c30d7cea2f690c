"""Every value arrives exactly as it is, or is refused with its text: value by value from SQLite."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from ingestion.entities import load_contract

ONE_ROW = """
erp_invoices:
  table: doc
  columns: {invoice_id: id}
  constants: {document_type: invoice, status: posted, invoice_date: "2024-01-01"}
"""


def carried(company, contract_column: str, declared: str, literal: str, more: str = "", entity: str = ONE_ROW):
    """(value, rejected text) of one SQLite literal in one contract column."""
    company.source(entity + more)
    company.sql(
        f"create table doc (id text, net_amount int, gross_amount int, {contract_column}_ {declared});"
        f"insert into doc values ('1', 0, 0, {literal})"
    )
    path = company.settings.config / "sources" / "shop.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("columns: {invoice_id: id", f"columns: {{invoice_id: id, {contract_column}: {contract_column}_"),
        encoding="utf-8",
    )
    record = company.load()
    assert record.status == "loaded", record.error
    (row,) = company.rows("erp_invoices")
    rejected = json.loads(row["_rejected"] or "{}")
    assert record.rejected_rows == bool(rejected)
    return row[contract_column], rejected.get(contract_column)


@pytest.mark.parametrize(
    ("declared", "literal", "value"),
    [
        ("numeric(18,2)", "0.1", "0.1000"),
        ("numeric(18,2)", "1.005", "1.0100"),  # the declared scale rounds the shortest text, half away from zero
        ("numeric(18,2)", "-1.005", "-1.0100"),
        ("numeric(18,2)", "5", "5.0000"),
        ("numeric(18,2)", "9999999999999.99", "9999999999999.9900"),  # SQLite holds 15 digits, not more
        ("numeric(18,4)", "0.30000000000000004", "0.3000"),
        ("real", "0.1", "0.1000"),
        ("real", "1e-4", "0.0001"),
        ("real", "12345678.1234", "12345678.1234"),
        ("text", "'12345678901234.5678'", "12345678901234.5678"),
        ("text", "' 12.50 '", "12.5000"),
        ("text", "'1.50000000000000000000'", "1.5000"),
        ("text", "'-0.0001'", "-0.0001"),
        ("text", "'1.5E+2'", "150.0000"),
        ("text", "'.5'", "0.5000"),
        ("integer", "9007199254740993", None),  # sixteen digits do not fit before the point
        ("integer", "90071992547409", "90071992547409.0000"),
        ("text", "''", None),
        ("text", "null", None),
    ],
)
def test_money_is_exact(small_company, declared, literal, value):
    got, rejected = carried(small_company, "tax_amount", declared, literal)
    assert got == (None if value is None else Decimal(value))
    assert bool(rejected) == (value is None and literal.strip("'").isdigit())


@pytest.mark.parametrize(
    ("declared", "literal", "text"),
    [
        ("real", "0.30000000000000004", "0.30000000000000004"),
        ("real", "0.00001", "1e-05"),
        ("text", "'1.23456'", "1.23456"),
        ("text", "'1.00000000000000000001'", "1.00000000000000000001"),
        ("text", "'1,234.50'", "1,234.50"),
        ("text", "'NaN'", "NaN"),
        ("text", "'inf'", "inf"),
        ("real", "9e999", "inf"),
        ("text", "'1_000'", "1_000"),
        ("text", "'12 CNY'", "12 CNY"),
        ("text", "'123456789012345.1'", "123456789012345.1"),
        ("blob", "x'3132'", "\\x3132"),
    ],
)
def test_money_that_cannot_be_carried_is_refused_with_its_text(small_company, declared, literal, text):
    assert carried(small_company, "tax_amount", declared, literal) == (None, text)


def test_a_declared_scale_in_the_source_file_allows_rounding(small_company):
    got = carried(small_company, "tax_amount", "real", "0.30000000000000004", "  scales: {tax_amount: 2}\n")
    assert got == (Decimal("0.3000"), None)


def test_units_multiply_exactly(small_company):
    assert carried(small_company, "tax_amount", "integer", "123456789", "  units: {tax_amount: 0.01}\n") == (
        Decimal("1234567.8900"),
        None,
    )


def test_units_that_would_need_more_decimals_are_refused(small_company):
    assert carried(small_company, "tax_amount", "text", "'0.12345'", "  units: {tax_amount: 0.1}\n") == (
        None,
        "0.12345",
    )


@pytest.mark.parametrize(
    ("declared", "literal", "value"),
    [
        ("text", "'2024-02-29'", date(2024, 2, 29)),
        ("text", "'2024-02-29 23:59:59'", date(2024, 2, 29)),
        ("text", "'2024-02-29T17:00:00Z'", date(2024, 3, 1)),  # the source's day is Shanghai's
        ("text", "'1850-01-01'", date(1850, 1, 1)),
        ("text", "'2500-12-31'", date(2500, 12, 31)),
        ("text", "'0001-01-01'", date(1, 1, 1)),
        ("text", "''", None),
    ],
)
def test_dates_of_every_century_are_carried(small_company, declared, literal, value):
    assert carried(small_company, "due_date", declared, literal) == (value, None)


@pytest.mark.parametrize("text", ["2024-02-30", "0000-00-00", "31/12/2024", "infinity", "soon", "20240229", "2024"])
def test_what_is_no_date_is_refused(small_company, text):
    assert carried(small_company, "due_date", "text", f"'{text}'") == (None, text)


@pytest.mark.parametrize(
    ("pattern", "literal", "value"),
    [
        ("%d/%m/%Y", "'03/04/2024'", date(2024, 4, 3)),
        ("%m/%d/%Y", "'03/04/2024'", date(2024, 3, 4)),
        ("%Y%m%d", "20240403", date(2024, 4, 3)),
        ("epoch_s", "1712102400", date(2024, 4, 3)),
    ],
)
def test_a_format_says_which_number_is_the_day(small_company, pattern, literal, value):
    declared = "text" if literal.startswith("'") else "integer"
    got = carried(small_company, "due_date", declared, literal, f'  formats: {{due_date: "{pattern}"}}\n')
    assert got == (value, None)


def test_a_date_that_does_not_have_the_format_is_refused(small_company):
    assert carried(small_company, "due_date", "text", "'2024-04-03'", '  formats: {due_date: "%d/%m/%Y"}\n') == (
        None,
        "2024-04-03",
    )


@pytest.mark.parametrize(
    ("zone", "literal", "value"),
    [
        ("Asia/Shanghai", "'2024-05-01 08:00:00'", datetime(2024, 5, 1)),
        ("Asia/Shanghai", "'2024-05-01T08:00:00.123456'", datetime(2024, 5, 1, 0, 0, 0, 123456)),
        ("Asia/Shanghai", "'2024-05-01 08:00:00+02:00'", datetime(2024, 5, 1, 6)),
        ("Asia/Shanghai", "'2024-05-01T08:00:00Z'", datetime(2024, 5, 1, 8)),
        ("Asia/Shanghai", "'1988-07-01 08:00:00'", datetime(1988, 6, 30, 23)),  # China had summer time then
        ("Europe/London", "'2024-10-27 00:30:00'", datetime(2024, 10, 26, 23, 30)),
        ("Europe/London", "'2024-10-27 01:30:00'", datetime(2024, 10, 27, 1, 30)),  # twice that night: the second
        ("Europe/London", "'2024-10-27 02:30:00'", datetime(2024, 10, 27, 2, 30)),
        ("Europe/London", "'2024-03-31 01:30:00'", datetime(2024, 3, 31, 1, 30)),  # never: an hour later, 02:30 BST
        ("America/New_York", "'2024-11-03 01:30:00'", datetime(2024, 11, 3, 6, 30)),
        ("UTC", "'1901-01-01 00:00:00'", datetime(1901, 1, 1)),
        ("UTC", "'2300-01-01 00:00:00'", datetime(2300, 1, 1)),
    ],
)
def test_local_times_become_utc_by_the_zone_of_the_source(small_company, zone, literal, value):
    got = carried(small_company, "updated_at", "text", literal, f"  timezone: {zone}\n")
    assert got == (value, None)


@pytest.mark.parametrize("text", ["2024-05-01 08:00:00.1234567", "2024-05-01 25:00:00", "infinity", "now"])
def test_what_is_no_time_or_is_finer_than_a_microsecond_is_refused(small_company, text):
    assert carried(small_company, "updated_at", "text", f"'{text}'") == (None, text)


@pytest.mark.parametrize(
    ("declared", "literal", "value"),
    [
        ("text", "'007'", "007"),
        ("text", "''", ""),
        ("text", "null", None),
        ("text", "' 中文 名 '", " 中文 名 "),
        ("integer", "7", "7"),
        ("real", "13085.0", "13085"),
        ("real", "1.5", "1.5"),
        ("text", "'a' || char(0) || 'b'", "a\x00b"),
        ("text", "'O''Brien \"x\" \\'", 'O\'Brien "x" \\'),
    ],
)
def test_text_is_kept_letter_by_letter(small_company, declared, literal, value):
    assert carried(small_company, "invoice_number", declared, literal) == (value, None)


def test_binary_is_no_text(small_company):
    assert carried(small_company, "invoice_number", "blob", "x'00ff'") == (None, "\\x00ff")


def test_a_column_of_many_types_is_carried_value_by_value(small_company):
    small_company.source("erp_products: {table: p, columns: {product_code: id, product_name: n, standard_cost: c}}")
    small_company.sql(
        "create table p (id, n, c); insert into p values (1, 'x', 1.5), ('002', 7, '2.25'), (3.0, null, null), "
        "('4', x'41', 'cheap'), (9007199254740993, 'big', 9007199254740993.5)"
    )
    small_company.load()
    rows = {row["_key"]: row for row in small_company.rows("erp_products")}
    assert set(rows) == {"1", "002", "3", "4", "9007199254740993"}
    assert (rows["1"]["standard_cost"], rows["002"]["standard_cost"]) == (Decimal("1.5"), Decimal("2.25"))
    assert (rows["002"]["product_name"], rows["3"]["product_name"]) == ("7", None)
    assert json.loads(rows["4"]["_rejected"]) == {"product_name": "\\x41", "standard_cost": "cheap"}


@pytest.mark.parametrize(
    ("literal", "value", "rejected"),
    [
        ("1", True, None),
        ("0", False, None),
        ("'Yes'", True, None),
        ("'F'", False, None),
        ("2", None, "2"),
        ("''", None, None),
        ("'x'", None, "x"),
    ],
)
def test_booleans(small_company, literal, value, rejected):
    assert carried(small_company, "is_disputed", "", literal) == (value, rejected)


CODES = """
erp_invoices:
  table: doc
  columns: {invoice_id: id}
  constants: {document_type: invoice, invoice_date: "2024-01-01"}
"""


@pytest.mark.parametrize(
    ("codes", "literal", "value", "rejected"),
    [
        ("{1: draft, 2: posted}", "2", "posted", None),
        ("{1: draft, 2: posted}", "'2'", "posted", None),
        ("{1: draft, 2: posted}", "2.0", "posted", None),
        ("{1: draft, 2: posted}", "7", None, "7"),
        ("{1: draft}", "null", None, None),
        ("{1: draft, ~: posted}", "null", "posted", None),
        ('{1: draft, "": posted}', "''", "posted", None),
        ('{1: draft, "*": posted}', "'anything'", "posted", None),
        ("{no: draft, yes: posted}", "'no'", "draft", None),
        ("{offen: draft, 已过账: posted}", "'已过账'", "posted", None),
        ("{x: ~, 1: draft}", "'x'", None, None),
    ],
)
def test_codes_are_compared_as_text_and_an_unmapped_one_is_a_finding(small_company, codes, literal, value, rejected):
    got = carried(small_company, "status", "", literal, f"  values: {{status: {codes}}}\n", CODES)
    assert got == (value, rejected)


def test_a_code_that_is_the_contracts_own_needs_no_mapping(small_company):
    assert carried(small_company, "status", "text", "'posted'", entity=CODES) == ("posted", None)


@pytest.mark.parametrize(("literal", "value"), [("null", "CNY"), ("''", "CNY"), ("'usd'", "USD"), ("' EUR '", "EUR")])
def test_a_missing_currency_is_the_sources_default(small_company, literal, value):
    assert carried(small_company, "currency", "text", literal) == (value, None)


@pytest.mark.parametrize(
    ("kind", "gross", "value"),
    [
        ("credit_note", "11.5", "-11.5"),
        ("credit_note", "-11.5", "-11.5"),
        ("invoice", "11.5", "11.5"),
        ("invoice", "-11.5", "-11.5"),
    ],
)
def test_a_credit_note_that_comes_positive_is_negated_with_all_its_amounts(small_company, kind, gross, value):
    small_company.source(
        "erp_invoices:\n  table: doc\n"
        f"  constants: {{status: posted, invoice_date: '2024-01-01', document_type: {kind}}}"
    )
    small_company.sql(
        "create table doc (invoice_id text, net_amount real, tax_amount real, gross_amount real,"
        " ledger_net_amount real);"
        f"insert into doc values ('1', {gross}, {gross}, {gross}, {gross})"
    )
    small_company.load()
    (row,) = small_company.rows("erp_invoices")
    assert {row[name] for name in ("net_amount", "tax_amount", "gross_amount", "ledger_net_amount")} == {Decimal(value)}
    assert row["ledger_gross_amount"] is None


def test_keys_of_several_parts_cannot_be_mixed_up(small_company):
    small_company.source("crm_stages: {table: s}", kind="crm")
    small_company.sql(
        "create table s (pipeline text, stage text, position int, outcome text);"
        "insert into s values ('a|b', 'c', 1, 'open'), ('a', 'b|c', 2, 'open'), (null, 'c', 3, 'open')"
    )
    small_company.load()
    assert {row["_key"] for row in small_company.rows("crm_stages")} == {"a\\|b|c", "a|b\\|c", "|c"}


def test_rows_without_a_key_are_kept_apart_for_gate_one(small_company):
    small_company.source("erp_products: {table: p}")
    small_company.sql("create table p (product_code text, product_name text); insert into p values (null,'a'),('','b')")
    assert small_company.load().new_versions == 2
    assert small_company.load().status == "unchanged"
    small_company.sql("update p set product_code = product_name")
    record = small_company.load()
    assert (record.new_versions, record.deletes) == (2, 2)
    assert [row["_key"] for row in small_company.newest("erp_products")] == ["a", "b"]


def test_kept_columns_travel_along_as_text(small_company):
    small_company.source("erp_products: {table: p, keep: [colour, weight]}")
    small_company.sql(
        "create table p (product_code text, colour text, weight real); insert into p values ('1', '红\"', 1.5)"
    )
    small_company.load()
    (row,) = small_company.rows("erp_products")
    assert json.loads(row["_keep"]) == {"colour": '红"', "weight": "1.5"}
    small_company.sql("update p set weight = 2.5")
    assert small_company.load().new_versions == 1, "what is kept counts when versions are compared"


def test_two_rows_whose_key_cannot_be_cast_stay_two(small_company):
    small_company.source("erp_exchange_rates: {table: r}")
    small_company.sql(
        "create table r (from_currency text, to_currency text, rate_date text, rate real);"
        "insert into r values ('USD', 'CNY', '2026-02-30', 7.1), ('USD', 'CNY', '2026-02-31', 7.2)"
    )
    small_company.load()
    assert [row["_key"] for row in small_company.rows("erp_exchange_rates")] == [
        "USD|CNY|2026-02-30",
        "USD|CNY|2026-02-31",
    ]


SAMPLES = {
    "text": ("x1", "x1"),
    "integer": ("7", 7),
    "quantity": ("1.5", Decimal("1.5")),
    "money": ("-12.3456", Decimal("-12.3456")),
    "rate": ("7.12345678", Decimal("7.12345678")),
    "probability": ("0.123456", Decimal("0.123456")),
    "boolean": ("true", True),
    "date": ("2024-02-29", date(2024, 2, 29)),
    "timestamp": ("2024-02-29 08:00:00", datetime(2024, 2, 29)),
}


@pytest.mark.parametrize("name", sorted(load_contract()))
def test_a_table_that_already_is_the_entity_needs_no_mapping(small_company, name):
    entity = load_contract()[name]
    values = {
        column: (told.values[0], told.values[0]) if told.type == "code" else SAMPLES[told.type]
        for column, told in entity.columns.items()
    }
    small_company.source(f"{name}: {{}}", kind=entity.kind)
    columns = ", ".join(f'"{column}"' for column in values)
    small_company.sql(f"create table {name} ({columns})")
    small_company.sql(f"insert into {name} values ({', '.join(repr(text) for text, _ in values.values())})")
    record = small_company.load()
    assert (record.status, record.rejected_rows, record.error) == ("loaded", 0, "")
    (row,) = small_company.rows(name)
    wanted = {column: value for column, (_, value) in values.items()}
    if "currency" in wanted:
        wanted["currency"] = "X1"
    assert {column: row[column] for column in wanted} == wanted
