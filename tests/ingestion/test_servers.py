"""PostgreSQL and MariaDB: every type value by value, and what happens when the wire is cut."""

import json
import socket
import threading
import uuid
from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from ingestion.backfill import Period
from tests.ingestion.servers import execute, needed

pytestmark = pytest.mark.servers

DOC = """
erp_invoices:
  table: {table}
  columns: {{invoice_id: id, {column}: v}}
  constants: {{document_type: invoice, status: posted, invoice_date: "2024-01-01", net_amount: 0, gross_amount: 0}}
"""


@pytest.fixture
def table():
    return f"cmw_{uuid.uuid4().hex[:12]}"


@pytest.fixture(params=["postgres", "mysql"])
def url(request, table):
    address = needed(request.param)
    yield address
    execute(address, f"drop table if exists {table}")


def carried(company, url: str, table: str, column: str, declared: str, literal: str):
    execute(url, f"create table {table} (id varchar(10), v {declared})", f"insert into {table} values ('1', {literal})")
    company.source(DOC.format(table=table, column=column), connection=url)
    record = company.load()
    assert record.status == "loaded", record.error
    (row,) = company.rows("erp_invoices")
    rejected = json.loads(row["_rejected"] or "{}")
    assert company.load().status == "unchanged"
    return row[column], rejected.get(column)


SAME = [
    ("tax_amount", "numeric(18,4)", "'12345678901234.5678'", Decimal("12345678901234.5678"), None),
    ("tax_amount", "numeric(30,10)", "1.5", Decimal("1.5"), None),
    ("tax_amount", "numeric(30,10)", "1.00005", None, "1.0000500000"),
    (
        "tax_amount",
        "numeric(38,0)",
        "12345678901234567890123456789012345678",
        None,
        "12345678901234567890123456789012345678",
    ),
    ("tax_amount", "double precision", "0.1", Decimal("0.1"), None),
    ("tax_amount", "double precision", "0.30000000000000004", None, "0.30000000000000004"),
    ("tax_amount", "bigint", "9007199254740", Decimal("9007199254740"), None),
    ("invoice_number", "bigint", "9223372036854775807", "9223372036854775807", None),
    ("invoice_number", "numeric(20,0)", "18446744073709551615", "18446744073709551615", None),
    ("invoice_number", "numeric(10,3)", "1.5", "1.500", None),
    ("invoice_number", "double precision", "13085", "13085", None),
    ("invoice_number", "varchar(20)", "''", "", None),
    ("invoice_number", "varchar(20)", "null", None, None),
    ("invoice_number", "varchar(20)", "'007'", "007", None),
    ("invoice_number", "varchar(20)", "'轴承𠮷 \"a\", b'", '轴承𠮷 "a", b', None),
    ("invoice_number", "varchar(20)", "'a\nb'", "a\nb", None),
    ("is_disputed", "boolean", "true", True, None),
    ("is_disputed", "boolean", "false", False, None),
    ("due_date", "date", "'1850-01-01'", date(1850, 1, 1), None),
    ("due_date", "date", "'2500-12-31'", date(2500, 12, 31), None),
    ("updated_at", "date", "'2024-05-01'", datetime(2024, 4, 30, 16), None),
]
POSTGRES = [
    ("tax_amount", "numeric(18,4)", "'NaN'", None, "NaN"),
    ("tax_amount", "double precision", "'NaN'", None, "nan"),
    ("tax_amount", "numeric(5,-2)", "'12345'", Decimal(12300), None),
    ("invoice_number", "numeric", "'1.23456789012'", "1.23456789012", None),
    ("invoice_number", "text", r"E'a\\b\\\\n\tc\rd\be\\N'", "a\\b\\\\n\tc\rd\be\\N", None),
    ("invoice_number", "text", r"E'\\N'", "\\N", None),
    ("invoice_number", "text[]", r"array['a,b', null, 'c\d']", r'{"a,b",NULL,"c\\d"}', None),
    ("invoice_number", "char(5)", "'007'", "007  ", None),
    ("tax_amount", "double precision", "'Infinity'", None, "inf"),
    ("tax_amount", "real", "0.1", Decimal("0.1"), None),
    ("tax_amount", "real", "16777216", Decimal(16777216), None),
    ("tax_amount", "real", "1234567.8", Decimal("1234567.8"), None),
    ("invoice_number", "uuid", "'6f2f0f2e-3f0b-4f3a-9b0e-000000000001'", "6f2f0f2e-3f0b-4f3a-9b0e-000000000001", None),
    ("invoice_number", "jsonb", "'{\"a\": 1.50}'", '{"a": 1.50}', None),
    ("invoice_number", "int[]", "'{1,2}'", "{1,2}", None),
    ("invoice_number", "bytea", "'\\x00ff'", None, "\\x00ff"),
    ("invoice_number", "boolean", "true", "true", None),
    ("due_date", "date", "'infinity'", None, "infinity"),
    ("due_date", "date", "'0044-03-15 BC'", None, "0044-03-15 BC"),
    ("updated_at", "timestamp", "'2024-05-01 08:00:00.123456'", datetime(2024, 5, 1, 0, 0, 0, 123456), None),
    ("updated_at", "timestamptz", "'2024-05-01 08:00:00+02'", datetime(2024, 5, 1, 6), None),
    ("updated_at", "timestamptz", "'2024-10-27 01:30:00 Europe/London'", datetime(2024, 10, 27, 1, 30), None),
    ("updated_at", "timestamptz", "'2024-10-27 00:30:00+00'", datetime(2024, 10, 27, 0, 30), None),
    ("updated_at", "timestamp", "'1969-12-31 23:59:59.999999'", datetime(1969, 12, 31, 15, 59, 59, 999999), None),
    ("updated_at", "timestamp", "'2263-01-01 08:00:00'", datetime(2263, 1, 1), None),
    ("is_disputed", "text", "'T'", True, None),
    ("updated_at", "timestamptz", "'2300-05-01 08:00:00+02'", datetime(2300, 5, 1, 6), None),
    ("updated_at", "timestamp", "'infinity'", None, "infinity"),
    ("due_date", "timestamptz", "'2024-05-01 20:00:00+00'", date(2024, 5, 2), None),
]
MYSQL = [
    ("is_disputed", "tinyint(1)", "1", True, None),
    ("is_disputed", "bit(1)", "b'1'", True, None),
    ("tax_amount", "tinyint", "7", Decimal(7), None),
    ("is_disputed", "tinyint(1)", "2", None, "2"),
    ("invoice_number", "int(6) zerofill", "7", "000007", None),
    ("invoice_number", "year", "2024", "2024", None),
    ("invoice_number", "time", "'-26:03:04'", "-26:03:04", None),
    ("invoice_number", "set('a','b')", "'a,b'", "a,b", None),
    ("invoice_number", "varchar(20)", r"'a\0b'", "a\0b", None),
    ("invoice_number", "longtext", "repeat('轴', 100000)", "轴" * 100_000, None),
    ("invoice_number", "varchar(300)", "repeat('x', 251)", "x" * 251, None),
    ("invoice_number", "varchar(8) character set big5", "'軸承'", "軸承", None),
    ("invoice_number", "blob", "''", None, "\\x"),
    ("tax_amount", "decimal(65,30)", "1.5", Decimal("1.5"), None),
    ("tax_amount", "decimal(18,4) unsigned", "99999999999999.9999", Decimal("99999999999999.9999"), None),
    ("tax_amount", "float", "0.1", Decimal("0.1"), None),
    ("tax_amount", "float", "16777216", Decimal(16777216), None),
    ("tax_amount", "float", "1234567.8", Decimal("1234567.8"), None),
    ("tax_amount", "float", "123456.7", Decimal("123456.7"), None),
    ("tax_amount", "float(10,2)", "1234567.8", Decimal("1234567.8"), None),
    ("tax_amount", "float", "-3.4e38", None, "-3.4e+38"),
    ("invoice_number", "float", "16777216", "16777216", None),
    ("invoice_number", "float", "0.1", "0.1", None),
    ("due_date", "date", "'9999-12-31'", date(9999, 12, 31), None),
    ("updated_at", "datetime", "'1888-01-01 00:00:00'", datetime(1887, 12, 31, 15, 54, 17), None),
    ("updated_at", "datetime", "'2400-01-01 08:00:00'", datetime(2400, 1, 1), None),
    ("invoice_number", "bigint unsigned", "18446744073709551615", "18446744073709551615", None),
    ("invoice_number", "enum('a','b')", "'b'", "b", None),
    ("invoice_number", "json", "'{\"a\": 1.50}'", '{"a": 1.50}', None),
    ("invoice_number", "varbinary(8)", "x'00ff'", None, "\\x00ff"),
    ("invoice_number", "varchar(8) character set gbk", "'轴承'", "轴承", None),
    ("due_date", "date", "'0000-00-00'", None, "0000-00-00"),
    ("updated_at", "datetime(6)", "'2024-05-01 08:00:00.123456'", datetime(2024, 5, 1, 0, 0, 0, 123456), None),
    ("updated_at", "datetime", "'0000-00-00 00:00:00'", None, "0000-00-00 00:00:00"),
    ("updated_at", "timestamp", "from_unixtime(1714550400)", datetime(2024, 5, 1, 8), None),
]


@pytest.mark.parametrize(("column", "declared", "literal", "value", "rejected"), SAME)
def test_a_type_that_both_know_is_carried_exactly(
    small_company, url, table, column, declared, literal, value, rejected
):
    assert carried(small_company, url, table, column, declared, literal) == (value, rejected)


@pytest.mark.parametrize(("column", "declared", "literal", "value", "rejected"), POSTGRES)
def test_a_type_of_postgresql_is_carried_exactly(small_company, table, column, declared, literal, value, rejected):
    url = needed("postgres")
    try:
        assert carried(small_company, url, table, column, declared, literal) == (value, rejected)
    finally:
        execute(url, f"drop table if exists {table}")


@pytest.mark.parametrize(("column", "declared", "literal", "value", "rejected"), MYSQL)
def test_a_type_of_mariadb_is_carried_exactly(small_company, table, column, declared, literal, value, rejected):
    url = needed("mysql")
    try:
        assert carried(small_company, url, table, column, declared, literal) == (value, rejected)
    finally:
        execute(url, f"drop table if exists {table}")


def test_a_numeric_without_declared_decimals_is_refused_until_the_file_says_how_many_count(small_company, table):
    url = needed("postgres")
    try:
        execute(url, f"create table {table} (id text, v numeric)", f"insert into {table} values ('1', 1.23456789012)")
        small_company.source(DOC.format(table=table, column="tax_amount"), connection=url)
        record = small_company.load()
        assert record.status == "failed" and " v for tax_amount " in record.error and "scales" in record.error
        small_company.source(
            DOC.format(table=table, column="tax_amount") + "  scales: {tax_amount: 2}\n", connection=url
        )
        assert small_company.load().status == "loaded"
        assert small_company.rows("erp_invoices", "tax_amount")[0]["tax_amount"] == Decimal("1.23")
    finally:
        execute(url, f"drop table if exists {table}")


KEPT = "erp_products: {{table: {table}, columns: {{product_code: id, product_name: v}}, keep: [v]}}"


@pytest.mark.parametrize(
    ("name", "declared", "usual", "odd", "text"),
    [
        ("postgres", "timestamptz", "2024-05-01 08:00:00.5+02", "infinity", "2024-05-01 06:00:00.5+00"),
        ("postgres", "timestamp", "2024-05-01 08:00:00.5", "-infinity", "2024-05-01 08:00:00.5"),
        ("postgres", "date", "2024-05-01", "0044-03-15 BC", "2024-05-01"),
        ("postgres", "float8", "1e20", "NaN", "1e+20"),
        ("mysql", "datetime(6)", "2024-05-01 08:00:00.5", "0000-00-00", "2024-05-01 08:00:00.500000"),
        ("mysql", "timestamp(3) null", "2024-05-01 08:00:00.5", "0000-00-00", "2024-05-01 08:00:00.500Z"),
        ("mysql", "date", "2024-05-01", "2024-05-00", "2024-05-01"),
        ("mysql", "bigint unsigned", "7", "18446744073709551615", "7"),
    ],
)
def test_the_text_of_a_value_does_not_depend_on_its_neighbours(small_company, table, name, declared, usual, odd, text):
    url = needed(name)
    zone = ["set sql_mode = '', time_zone = '+00:00'"] if name == "mysql" else []
    try:
        execute(url, f"create table {table} (id int, v {declared})")
        execute(url, *zone, f"insert into {table} values (1, '{usual}'), (2, '{odd}')")
        small_company.source(KEPT.format(table=table), connection=url)
        assert small_company.load().new_versions == 2
        (first, _) = small_company.rows("erp_products", "_key, product_name, _keep, _load_seq")
        assert (first["product_name"], json.loads(first["_keep"])) == (text, {"v": text})
        execute(url, f"delete from {table} where id = 2")
        record = small_company.load()
        assert (record.new_versions, record.deletes) == (0, 1), "the row that stays is the same"
    finally:
        execute(url, f"drop table if exists {table}")


ORDERS = """
erp_orders:
  {origin}
  cursor: changed
  columns: {{order_id: id, order_date: day, updated_at: changed}}
  constants: {{status: confirmed}}
"""


@pytest.mark.parametrize("origin", ["table: {table}", "query: \"select * from {table} where region <> '50%:x'\""])
def test_changes_are_read_by_cursor_and_deletions_by_keys(small_company, url, table, origin):
    execute(
        url,
        f"create table {table} (id int, day date, changed timestamp(6) null, region varchar(10))",
        f"insert into {table} values (1, '2024-05-01', '2024-05-01 08:00:00.5', 'N'), "
        "(2, '2024-05-02', '2024-05-02 08:00:00', 'S'), (3, '2024-05-02', null, 'E')",
    )
    small_company.source(ORDERS.format(origin=origin.format(table=table)), connection=url)
    small_company.on("2024-06-01")
    assert small_company.load().new_versions == 3
    execute(
        url,
        f"update {table} set region = 'W', changed = '2024-05-03 08:00:00' where id = 1",
        f"delete from {table} where id = 2",
    )
    record = small_company.load()
    assert (record.rows_read, record.new_versions) == (2, 1), "the changed row and the one without change time"
    small_company.on("2024-06-02")
    assert small_company.load().deletes == 1
    assert {row["_key"]: row["region"] for row in small_company.newest("erp_orders")} == {"1": "W", "3": "E"}


def test_a_backfill_a_row_at_the_cursor_and_changed_columns_on_a_server(small_company, url, table):
    execute(
        url,
        f"create table {table} (id int, day date, changed timestamp(6) null, region varchar(10))",
        f"insert into {table} values (1, '2024-05-02', '2024-05-02 08:00:00', 'N'),"
        " (2, '2024-03-01', '2024-05-20 08:00:00', 'S')",
    )
    said = ORDERS.format(origin=f"table: {table}").replace("cursor: changed", "cursor: changed\n  overlap: 0s")
    small_company.source(said, connection=url)
    small_company.load()
    execute(url, f"update {table} set region = 'mended' where id = 1")
    record = small_company.load(period=Period(date(2024, 5, 1), date(2024, 5, 31)))
    assert (record.rows_read, record.new_versions) == (1, 1)
    execute(url, f"insert into {table} values (3, '2024-05-03', '2024-05-20 08:00:00', 'E')")
    assert small_company.load().new_versions == 1, "at exactly the cursor"
    execute(url, f"alter table {table} rename column region to area", f"alter table {table} add note int")
    record = small_company.load()
    assert "region disappeared" in record.findings[-1] and "note appeared" in record.findings[-1]
    assert (record.rows_read, record.new_versions) == (3, 3), "all rows are read for the column that is gone"


def test_a_column_of_a_query_that_changes_its_type_is_told_and_read_again(small_company, url, table):
    execute(url, f"create table {table} (product_code varchar(9), product_name int)")
    execute(url, f"insert into {table} values ('1', 7)")
    small_company.source(f"erp_products: {{query: 'select * from {table} -- all'}}", connection=url)
    assert (small_company.load().new_versions, small_company.load().findings) == (1, [])
    execute(url, f"drop table {table}", f"create table {table} (product_code varchar(9), product_name varchar(9))")
    execute(url, f"insert into {table} values ('1', '7x')")
    record = small_company.load()
    assert record.new_versions == 1 and "product_name changed from " in record.findings[-1]


def test_a_row_committed_later_than_the_overlap_is_found_by_comparing_keys(small_company, url, table):
    execute(
        url,
        f"create table {table} (id int, day date, changed timestamp(6) null)",
        f"insert into {table} values (1, '2024-05-01', '2024-05-01 08:00'), (2, '2024-05-02', '2024-05-02 08:00')",
    )
    small_company.source(ORDERS.format(origin=f"table: {table}"), connection=url)
    small_company.load()
    execute(url, f"insert into {table} values (3, '2024-05-02', '2024-05-02 05:00:00')")
    small_company.on("2024-06-02")
    record = small_company.load()
    assert (record.rows_read, record.source_rows, record.new_versions, record.status) == (3, 3, 1, "loaded")
    assert "such as 3; all rows were read" in record.findings[0]
    small_company.on("2024-06-03")
    assert (small_company.load().status, small_company.load().findings) == ("unchanged", [])


@pytest.mark.parametrize("kind", ["timestamp", "timestamptz", "date"])
def test_an_infinite_time_neither_moves_the_cursor_nor_breaks_it(small_company, table, kind):
    url = needed("postgres")
    odd = "(2, '2024-05-02', 'infinity'), (3, '2024-05-02', '-infinity'), (4, '2024-05-02', '0044-03-15 BC')"
    try:
        execute(
            url,
            f"create table {table} (id int, day date, changed {kind})",
            f"insert into {table} values (1, '2024-05-01', '2024-05-01 08:00:00'), {odd}",
        )
        small_company.source(ORDERS.format(origin=f"table: {table}"), connection=url)
        first = small_company.load()
        expected = {"timestamp": "time:2024-05-01T08:00:00", "timestamptz": "instant:2024-05-01T08:00:00+00:00"}
        assert first.cursor_after == expected.get(kind, "date:2024-05-01") and first.rows_read == 4
        execute(url, f"insert into {table} values (5, '2024-05-02', '2024-05-02 09:00:00')")
        second = small_company.load()
        assert (second.status, second.rows_read, second.new_versions) == ("loaded", 3, 1), second.error
        assert small_company.load().cursor_before > first.cursor_after
    finally:
        execute(url, f"drop table if exists {table}")


def test_a_zero_date_as_cursor_is_read_every_time_like_none(small_company, table):
    url = needed("mysql")
    try:
        execute(
            url,
            f"create table {table} (id int, day date, made date, changed datetime)",
            "set sql_mode = ''",
            f"insert into {table} values (1, '2024-05-01', '2024-05-01', '2024-05-01 08:00:00'),"
            " (2, '2024-05-01', '2024-05-02', '0000-00-00 00:00:00')",
        )
        small_company.source(ORDERS.format(origin=f"table: {table}"), connection=url)
        assert small_company.load().cursor_after == "time:2024-05-01T08:00:00"
        execute(url, f"update {table} set day = '2024-05-09' where id = 2")
        assert small_company.load().new_versions == 1
        stands_in = ORDERS.replace("cursor: changed", "cursor: changed\n  cursor_when_null: made")
        small_company.source(stands_in.format(origin=f"table: {table}"), connection=url)
        small_company.load()
        execute(url, f"update {table} set day = '2024-05-10' where id = 2")
        assert small_company.load().new_versions == 1
        execute(url, f"update {table} set day = '2024-05-11', made = '2024-04-01' where id = 2")
        assert small_company.load().new_versions == 0, "what stands in lies before the cursor"
    finally:
        execute(url, f"drop table if exists {table}")


@pytest.mark.parametrize("origin", ["table: {table}", 'query: "select * from {table} where gross is not null"'])
def test_rows_and_money_are_what_the_server_counts_and_sums(small_company, url, table, origin):
    execute(
        url,
        f"create table {table} (id int, document_type varchar(1), net int, gross numeric(18,4), tax double precision,"
        " ledger_net varchar(20))",
        f"insert into {table} values (1, 'I', 10000, 119.1, 19.1, '1'), (2, 'C', 4201, 99999999999999.9999, 0.1, 'x'),"
        " (3, 'I', 7, -0.0001, null, null)",
    )
    small_company.source(
        f"""
        erp_invoices:
          {origin.format(table=table)}
          columns: {{invoice_id: id, gross_amount: gross, net_amount: net, tax_amount: tax,
                     ledger_net_amount: ledger_net}}
          units: {{net_amount: 0.01}}
          constants: {{status: posted, invoice_date: "2024-01-01"}}
          values: {{document_type: {{I: invoice, C: credit_note}}}}
        """,
        connection=url,
    )
    record = small_company.load()
    assert (record.source_rows, record.rows_read, record.status) == (3, 3, "loaded"), record.error
    assert {name: (total.source, total.read) for name, total in record.control_sums.items()} == {
        "gross_amount": (Decimal("100000000000119.1"), Decimal("100000000000119.1")),  # without signs
        "net_amount": (Decimal("142.08"), Decimal("142.08")),
    }, "binary floats and text cannot be summed exactly"


def test_a_source_is_read_in_one_snapshot_and_never_written(small_company, url, table):
    from ingestion.load_source import open_reader
    from ingestion.sources import load_sources

    execute(url, f"create table {table} (product_code varchar(10))", f"insert into {table} values ('1')")
    small_company.source(f"erp_products: {{table: {table}}}", connection=url)
    (source,) = load_sources(small_company.settings, small_company.company)
    reader = open_reader(source)
    mapping = source.mappings[0]
    try:
        assert reader.columns(mapping).scales == {"product_code": None}
        assert sum(batch.num_rows for batch in reader.batches(mapping, ["product_code"])) == 1
        execute(url, f"insert into {table} values ('2')")
        assert sum(batch.num_rows for batch in reader.batches(mapping, ["product_code"])) == 1
        cursor = reader._connection.connection.dbapi_connection.cursor()
        with pytest.raises(Exception, match=r"(?i)read.only"):
            cursor.execute(f"delete from {table}")
    finally:
        reader.close()


class CuttingProxy:
    """Passes bytes to a server and cuts the connection after so many, for the first `cuts` connections."""

    def __init__(self, target: tuple[str, int], after: int, cuts: int) -> None:
        self._target, self._after, self.cuts_left = target, after, cuts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            limit = self._after if self.cuts_left > 0 else None
            self.cuts_left -= 1
            threading.Thread(target=self._pass, args=(client, server, None), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, limit), daemon=True).start()

    def _pass(self, origin: socket.socket, target: socket.socket, limit: int | None) -> None:
        passed = 0
        try:
            while (block := origin.recv(65536)) and (limit is None or passed < limit):
                target.sendall(block)
                passed += len(block)
        except OSError:
            pass
        for end in (origin, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


@pytest.mark.parametrize(("cuts", "status"), [(1, "loaded"), (9, "failed")])
def test_a_socket_closed_in_mid_stream_is_tried_again_and_told(small_company, url, table, cuts, status):
    execute(url, f"create table {table} (product_code varchar(40), product_name varchar(200))")
    rows = ", ".join(f"('P{number}', '{'x' * 150}')" for number in range(20_000))
    execute(url, f"insert into {table} values {rows}")
    address = sa.engine.make_url(url)
    proxy = CuttingProxy((address.host, address.port), after=1_500_000, cuts=cuts)
    try:
        through = address.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
        small_company.source(f"erp_products: {{table: {table}}}", connection=through)
        record = small_company.load()
        assert record.status == status, record.error
        if status == "failed":
            assert "broke off while reading" in record.error
            assert small_company.rows("erp_products") == []
            small_company.source(f"erp_products: {{table: {table}}}", connection=url)
            record = small_company.load()
        assert record.new_versions == 20_000
    finally:
        proxy.close()


def test_a_wrong_password_and_a_missing_database_are_told_without_the_secret(small_company, monkeypatch, url):
    address = sa.engine.make_url(url).set(database="no_such_database_here", username="nobody_here", password="S3cret!x")
    monkeypatch.setenv("SHOP_URL", address.render_as_string(hide_password=False))
    small_company.source("erp_products: {table: p}", connection="${SHOP_URL}")
    record = small_company.load()
    assert record.status == "failed" and "S3cret!x" not in record.model_dump_json()
    assert "Correct" in record.error


def test_a_statement_that_takes_too_long_is_told(small_company):
    small_company.source(
        'erp_products: {query: "select pg_sleep(30)::text as product_code"}',
        connection=needed("postgres"),
        more="statement_timeout: 1s\n",
    )
    assert "took longer than statement_timeout" in small_company.load().error


def test_a_preview_of_a_large_table_stops_reading_without_a_sound(small_company, url, table, capfd):
    from ingestion.preview import preview

    execute(url, f"create table {table} (product_code varchar(40))")
    execute(url, f"insert into {table} values {', '.join(f'({number})' for number in range(60_000))}")
    small_company.source(f"erp_products: {{table: {table}}}", connection=url)
    (shown,) = preview(small_company.settings, small_company.company, "erp_products", limit=3)
    assert shown.rows.num_rows == 3
    assert capfd.readouterr().err == ""


def test_a_check_samples_one_table_after_the_other(small_company, url, table, monkeypatch):
    from ingestion.check import check_sources

    monkeypatch.setattr("ingestion.check.SAMPLE_ROWS", 10)
    execute(url, f"create table {table} (product_code varchar(40), order_id varchar(40), order_date date)")
    rows = ", ".join(f"({number}, {number}, '2024-01-01')" for number in range(60_000))
    execute(url, f"insert into {table} values {rows}")
    small_company.source(
        f"erp_products: {{table: {table}}}\nerp_orders: {{table: {table}, constants: {{status: draft}}}}",
        connection=url,
    )
    findings = check_sources(small_company.settings, small_company.company)
    assert [finding.what for finding in findings if finding.severity == "error"] == []
    assert {finding.entity for finding in findings if finding.severity == "info"} == {"erp_products", "erp_orders"}
