"""Rows marked as deleted, in every type that databases keep such a mark in."""

import uuid

import pytest

from ingestion.check import check_sources
from tests.ingestion.servers import execute, needed

MARKED = """
erp_products:
  table: {table}
  columns: {{product_code: id, product_name: n}}
  soft_delete: {{column: gone, values: {values}}}
"""
POSTGRES = [
    ("boolean", "true", "false", "[1]"),
    ("boolean", "true", "false", "[true]"),
    ("boolean", "true", "false", "['t']"),
    ("boolean", "false", "true", "[0]"),
    ("boolean", "true", "false", "[]"),
    ("bit(1)", "B'1'", "B'0'", "[true]"),
    ("int", "1", "0", "[true]"),
    ("int", "3", "0", "[3, 4]"),
    ("numeric(4,2)", "1", "0", "[1]"),
    ("text", "'Y'", "'N'", "['Y']"),
    ("text", "'yes'", "'no'", "[yes]"),
    ("timestamptz", "'2024-05-01'", "null", "[]"),
]
MARIADB = [
    ("tinyint(1)", "1", "0", "[true]"),
    ("tinyint(1)", "1", "0", "[1]"),
    ("tinyint(1)", "1", "0", "[]"),
    ("bit(1)", "b'1'", "b'0'", "[1]"),
    ("bit(1)", "b'1'", "b'0'", "[true]"),
    ("bit(1)", "b'0'", "b'1'", "[false]"),
    ("bit(9)", "257", "256", "[257]"),
    ("bit(1)", "b'1'", "b'0'", "[]"),
    ("datetime", "'2024-05-01'", "'0000-00-00 00:00:00'", "[]"),
    ("date", "'2024-05-01'", "'0000-00-00'", "[]"),
    ("enum('Y','N')", "'Y'", "'N'", "['Y']"),
]
SQLITE = [
    ("integer", "1", "0", "[true]"),
    ("integer", "1", "0", "[1]"),
    ("text", "'TRUE'", "'FALSE'", "[true]"),
    ("text", "'2024-05-01'", "''", "[]"),
]


def loaded(company, declared: str, literals: tuple[str, str], values: str, url: str = "") -> set[str]:
    """Which of two rows are alive: the marked one and the other, after a load of them unmarked, then marked."""
    marked, other = literals
    table = f"cmw_{uuid.uuid4().hex[:12]}"
    create = f"create table {table} (id varchar(9), n varchar(9), gone {declared})"
    insert = f"insert into {table} values ('1', 'a', {other}), ('2', 'b', {other}), ('3', 'c', null)"
    mark = f"update {table} set gone = {marked} where id = '2'"
    company.source(MARKED.format(table=table, values=values), connection=url)
    try:
        if url:
            execute(url, create, *(["set sql_mode = ''"] if "mysql" in url else []), insert)
        else:
            company.sql(f"{create}; {insert}")
        first = company.load()
        assert (first.new_versions, first.deletes, first.findings) == (3, 0, []), first.error
        execute(url, mark) if url else company.sql(mark)
        second = company.load()
        assert (second.new_versions, second.deletes) == (1, 1), second.error
        assert company.load().status == "unchanged"
    finally:
        if url:
            execute(url, f"drop table if exists {table}")
    return {row["_key"] for row in company.newest("erp_products", "_key")}


@pytest.mark.parametrize(("declared", "marked", "other", "values"), SQLITE)
def test_a_mark_of_sqlite_deletes_its_row_alone(small_company, declared, marked, other, values):
    assert loaded(small_company, declared, (marked, other), values) == {"1", "3"}


@pytest.mark.servers
@pytest.mark.parametrize(("declared", "marked", "other", "values"), POSTGRES)
def test_a_mark_of_postgresql_deletes_its_row_alone(small_company, declared, marked, other, values):
    assert loaded(small_company, declared, (marked, other), values, needed("postgres")) == {"1", "3"}


@pytest.mark.servers
@pytest.mark.parametrize(("declared", "marked", "other", "values"), MARIADB)
def test_a_mark_of_mariadb_deletes_its_row_alone(small_company, declared, marked, other, values):
    assert loaded(small_company, declared, (marked, other), values, needed("mysql")) == {"1", "3"}


@pytest.mark.parametrize(
    ("declared", "values", "told"),
    [
        ("boolean", "[gone]", "gone is BOOLEAN and never holds gone"),
        ("integer", "[7, deleted]", "gone is INTEGER and never holds deleted"),
        ("date", "[true]", "gone is DATE and never holds True"),
    ],
)
def test_values_that_the_column_cannot_hold_are_told(small_company, declared, values, told):
    small_company.source(MARKED.format(table="p", values=values))
    small_company.sql(f"create table p (id text, n text, gone {declared}); insert into p values ('1', 'a', null)")
    assert told in small_company.load().findings[0]
    found = check_sources(small_company.settings, small_company.company)
    assert any(told in finding.what and finding.severity == "warning" for finding in found)
