"""A wrong source file is refused before anything is read, in one sentence with the remedy."""

import pytest

from ingestion.sources import load_sources
from warehouse.errors import CmwError

PRODUCTS = "erp_products: {table: p}"


def refusal(company) -> CmwError:
    with pytest.raises(CmwError) as caught:
        load_sources(company.settings, company.company)
    assert not (company.settings.raw / "manifest.json").exists()
    return caught.value


@pytest.mark.parametrize(
    ("entities", "what", "remedy"),
    [
        ("erp_invoice: {table: x}", "'erp_invoice' is no entity of the contract", "Did you mean erp_invoices"),
        ("erp_products: {tabel: x}", "entities.erp_products.tabel: there is no such key", "Did you mean table"),
        (
            "erp_products: {table: p, columns: {product_nane: x}}",
            "erp_products.columns names 'product_nane', which is no column of erp_products",
            "Did you mean product_name",
        ),
        (
            "erp_orders: {table: p, values: {status: {1: confirm}}}",
            "erp_orders.values.status maps to 'confirm', which the contract does not know",
            "Did you mean confirmed",
        ),
        ("erp_products: {table: p, file: '*.csv'}", "name one of table, query and file", "Correct that key"),
        ("erp_products: {table: p, columns: {product_code: true}}", "write the name in quotes", "Correct that key"),
        ("erp_products: {table: p, timezone: China}", "'China' is no IANA time zone", "Correct that key"),
        ("erp_products: {table: p, overlap: 1hour}", "'1hour' is no duration", "Correct that key"),
        ("erp_products: {table: p, encoding: klingon}", "'klingon' is no encoding", "Correct that key"),
        (
            "erp_products: {table: p, units: {product_name: 2}}",
            "product_name', which is a text, not a number",
            "Remove",
        ),
        (
            "erp_orders: {table: p, constants: {order_date: soon}}",
            "erp_orders.constants.order_date: 'soon' is no date",
            "Write it as the contract's type says",
        ),
    ],
)
def test_a_wrong_entity_is_told_with_file_key_and_remedy(small_company, entities, what, remedy):
    path = small_company.source(entities)
    error = refusal(small_company)
    assert what in error.what and str(path) in error.what
    assert remedy in error.remedy


def test_wrong_yaml_is_told_with_its_line(small_company):
    path = small_company.source(PRODUCTS)
    path.write_text(path.read_text(encoding="utf-8") + "  erp_orders: {table: [}\n", encoding="utf-8")
    assert f"{path}, line 8 is not valid YAML" in refusal(small_company).what


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("delimiter: '；'", "delimiter '；' is no mark"),
        ("quote: '“'", "quote '“' is no mark"),
        ("quote: ','", "delimiter and quote are the same mark"),
        ("thousands: '0'", "thousands '0' is a part of a number"),
    ],
)
def test_marks_that_no_file_can_have_are_told(small_company, said, told):
    small_company.source(f"erp_products: {{file: p.csv, {said}}}")
    assert told in str(refusal(small_company))


def test_a_source_file_that_is_not_utf8_is_told(small_company):
    path = small_company.source(PRODUCTS)
    path.write_bytes("# 客户\n".encode("gbk") + path.read_bytes())
    assert f"{path} is not UTF-8 text" in refusal(small_company).what


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("source_system: Web-Shop", "source_system: 'Web-Shop' may hold lower-case letters, digits and underscores"),
        ("default_currency: RMB", "default_currency: 'RMB' is no currency code of ISO 4217, such as CNY"),
    ],
)
def test_a_wrong_key_of_the_system_is_told(small_company, line, told):
    path = small_company.source(PRODUCTS)
    kept = [one for one in path.read_text(encoding="utf-8").splitlines() if not one.startswith(line.split(":")[0])]
    path.write_text("\n".join([line, *kept]) + "\n", encoding="utf-8")
    assert told in refusal(small_company).what


def test_no_source_file_at_all_is_told(small_company):
    assert "holds no source file" in refusal(small_company).what


def test_two_files_of_one_system_are_told(small_company):
    one = small_company.source(PRODUCTS)
    one.with_name("copy.yml").write_bytes(one.read_bytes())
    assert "both name the source_system 'shop'" in refusal(small_company).what


def test_variables_are_filled_in_with_defaults_that_hold_variables(small_company, monkeypatch):
    small_company.source(PRODUCTS, connection="${SHOP_URL:-sqlite:///${CMW_HOME}/${SHOP_DB:-a}.db}")
    (source,) = load_sources(small_company.settings, small_company.company)
    assert source.connection == f"sqlite:///{small_company.settings.home}/a.db"
    monkeypatch.setenv("SHOP_DB", "b")
    (source,) = load_sources(small_company.settings, small_company.company)
    assert source.connection.endswith("/b.db")
    monkeypatch.setenv("SHOP_URL", "postgresql://host/x")
    (source,) = load_sources(small_company.settings, small_company.company)
    assert source.connection == "postgresql://host/x"


def test_a_missing_variable_is_told_by_name(small_company):
    small_company.source(PRODUCTS, connection="${NO_SUCH_URL}")
    assert "needs the environment variable NO_SUCH_URL" in refusal(small_company).what


def test_a_secret_may_stand_in_a_file_that_the_environment_names(small_company, monkeypatch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("mysql://user:pass@host/db\n", encoding="utf-8")
    monkeypatch.setenv("SHOP_URL_FILE", str(secret))
    small_company.source(PRODUCTS, connection="${SHOP_URL}")
    (source,) = load_sources(small_company.settings, small_company.company)
    assert source.connection == "mysql://user:pass@host/db"
    assert "pass" not in repr(source)


def test_only_what_touches_a_row_changes_the_version_of_a_mapping(small_company):
    def version(entities: str, more: str = "") -> str:
        small_company.source(entities, more=more)
        (source,) = load_sources(small_company.settings, small_company.company)
        return source.mappings[0].version

    first = version("erp_orders: {table: o}")
    assert version("erp_orders: {table: o, key_compare: weekly, overlap: 2h}", "owner: someone@shop.example\n") == first
    assert version("erp_orders: {table: o, timezone: UTC}") != first
    assert version("erp_orders: {table: o, values: {status: {1: draft}}}") != first
    assert version("erp_orders: {table: o, columns: {order_id: id}}") != first


def test_the_reference_and_the_schema_of_source_files_are_up_to_date():
    from ingestion import source_reference

    assert source_reference.PAGE.read_text(encoding="utf-8") == source_reference.page(), "Run `make docs`"
    assert source_reference.SCHEMA.read_text(encoding="utf-8") == source_reference.schema()
