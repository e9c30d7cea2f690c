"""`cmw sources check` says what is wrong before a run does, and what it costs."""

import json

import pytest

from ingestion.check import check_sources
from warehouse.errors import CmwError


def findings(company) -> list[tuple[str, str, str, str]]:
    return [(f.severity, f.entity, f.what, f.remedy) for f in check_sources(company.settings, company.company)]


def test_a_source_that_is_well_gives_rows_and_what_its_kind_lacks(small_company):
    small_company.source("erp_customers: {table: c}\nerp_invoices: {table: i}")
    small_company.sql(
        "create table c (customer_code text, customer_name text); insert into c values ('1', 'one'), ('2', 'two');"
        "create table i (invoice_id, document_type, invoice_date, net_amount, gross_amount, status);"
        "insert into i values (1, 'invoice', '2024-01-01', 1, 1, 'posted')"
    )
    assert findings(small_company) == [
        (
            "warning",
            "erp_order_lines",
            "No source brings erp_order_lines: no products per customer, nor margin by product before invoicing",
            "Add erp_order_lines to shop.yml, if that system has it",
        ),
        (
            "warning",
            "erp_orders",
            "No source brings erp_orders: no orders in hand, nor delivery times; order values are of invoices",
            "Add erp_orders to shop.yml, if that system has it",
        ),
        ("info", "erp_customers", "2 rows read from c", ""),
        ("info", "erp_invoices", "1 rows read from i", ""),
    ]
    assert not (small_company.settings.raw / "manifest.json").exists(), "a check loads nothing"


def test_missing_tables_and_columns_are_errors_with_a_suggestion(small_company):
    small_company.source("erp_products: {table: goods}\nerp_orders: {table: orders, columns: {order_date: dy}}")
    small_company.sql(
        "create table good (product_code text); create table orders (order_id text, day text, status text)"
    )
    errors = [finding for finding in findings(small_company) if finding[0] == "error"]
    assert errors == [
        ("error", "erp_products", "shop.yml: erp_products: the source has no table 'goods'", "Did you mean good"),
        (
            "error",
            "erp_orders",
            "shop.yml: erp_orders: orders has no column 'dy' for the required order_date",
            "Name its column under columns.order_date. Did you mean day",
        ),
    ]


def test_unmapped_codes_and_wrong_values_are_counted(small_company):
    small_company.source("erp_orders: {table: o, values: {status: {1: draft}}}")
    small_company.sql(
        "create table o (order_id text, order_date text, status int);"
        "insert into o values ('1', '2024-01-01', 7), ('2', '31.12.2024', 7), ('3', '2024-01-01', 8)"
    )
    told = [finding for finding in findings(small_company) if finding[1] == "erp_orders" and finding[0] == "warning"]
    assert sorted(told) == [
        (
            "warning",
            "erp_orders",
            "shop.yml: erp_orders: order_date has values that are no date: '31.12.2024' (1)",
            "Give formats for order_date, or convert it in a query",
        ),
        (
            "warning",
            "erp_orders",
            "shop.yml: erp_orders: status has codes that are not mapped: '7' (2), '8' (1)",
            "List them under values.status",
        ),
    ]


def test_an_optional_column_that_is_not_there_is_a_warning(small_company):
    small_company.source("erp_products: {table: p, columns: {category: grp}, keep: [colour]}")
    small_company.sql("create table p (product_code text); insert into p values ('1')")
    told = " ".join(what for severity, entity, what, _ in findings(small_company) if entity == "erp_products")
    assert "p has no column 'grp', which shop.yml: erp_products names for category; category is empty" in told
    assert "p has no column 'colour', which shop.yml: erp_products lists under keep" in told


def test_a_source_that_cannot_be_reached_is_one_error(small_company):
    small_company.source("erp_products: {table: p}", connection="sqlite:////no/such/folder/x.db")
    (error,) = [finding for finding in findings(small_company) if finding[0] == "error"]
    assert error[1:3] == ("", "shop.yml: the SQLite file /no/such/folder/x.db does not exist")


def test_unreadable_files_are_errors_and_the_others_are_read(small_company, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "p1.csv").write_bytes("product_code\n轴\n".encode("gbk"))
    (tmp_path / "in" / "p2.csv").write_text("product_code\n2\n", encoding="utf-8")
    small_company.source("erp_products: {file: 'p*.csv'}", connection=str(tmp_path / "in"))
    told = findings(small_company)
    assert told[0][0] == "error" and told[0][2].startswith("shop.yml: erp_products: p1.csv line 2 is not utf-8 text")
    assert ("info", "erp_products", "1 rows read from p*.csv", "") in told
    assert json.dumps(told)


def test_a_preview_shows_mapped_rows_and_loads_nothing(small_company):
    from ingestion.preview import preview

    small_company.source(
        "erp_products: {table: p, columns: {product_name: title, category: grp}, units: {standard_cost: 0.01}}"
    )
    small_company.sql(
        "create table p (product_code text, title text, standard_cost int);"
        "insert into p values ('1', 'one', 150), ('2', 'two', 'x'), ('3', 'three', 7)"
    )
    (shown,) = preview(small_company.settings, small_company.company, "erp_products", limit=2)
    assert [
        (row["_key"], row["product_name"], str(row["standard_cost"]), row["_rejected"])
        for row in shown.rows.to_pylist()
    ] == [
        ("1", "one", "1.5000", None),
        ("2", "two", "None", '{"standard_cost":"x"}'),
    ]
    assert "no column 'grp'" in shown.findings[0].what
    assert not small_company.settings.raw.exists()
    with pytest.raises(CmwError, match="Did you mean erp_products"):
        preview(small_company.settings, small_company.company, "erp_product")


def test_of_each_kind_of_value_the_keys_are_named_that_can_help(inbox):
    """`formats` helps no amount, and `thousands` no date; a sheet saved as Unicode text is not gb18030."""
    inbox.files("erp_customers: {file: 'c*.csv'}")
    header = "customer_code,customer_name,credit_limit,is_blocked,created_at\n"
    (inbox.inbox / "c1.csv").write_text(header + '1,one,"1,234.50",X,31.12.2024\n', encoding="utf-8")
    (inbox.inbox / "c2.csv").write_bytes((header + "2,two,,,\n").encode("utf-16"))
    said = " ".join(f"{what} {remedy}" for severity, _, what, remedy in findings(inbox) if severity != "info")
    assert "Give decimal and thousands of the file, units or scales for credit_limit, or convert it in a query" in said
    assert "List them under values.is_blocked" in said
    assert "Give formats for created_at, or" in said
    assert "set encoding to what the file was saved in, such as utf-16" in said


def test_money_of_a_further_system_that_no_ledger_may_hold_is_told_before_a_run(small_company):
    """Gate 2 would hold it against the ledger of the other, and publish nothing."""
    small_company.source("erp_payments: {table: p}\nerp_gl_entries: {table: g}")
    small_company.sql("create table p (payment_id text); create table g (entry_id text)")
    path = small_company.settings.config / "sources" / "bank.yml"
    said = (
        "source_system: bank\nkind: erp\nconnection: /no/such/folder\nentities: {erp_payments: {}, erp_customers: {}}\n"
    )
    path.write_text(said, encoding="utf-8")

    def told():
        return [(where, what) for _, where, what, _ in findings(small_company) if "no erp_gl_entries" in what]

    lost = "what the ledger of shop does not hold keeps all from being published"
    what = f"bank brings erp_payments and no erp_gl_entries: {lost}"
    assert told() == [("erp_payments", what)]
    path.write_text(said + "ledger_currency: EUR\n", encoding="utf-8")
    assert told() == []
