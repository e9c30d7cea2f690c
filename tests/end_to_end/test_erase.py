"""A contact of a company that has been run is erased: he is nowhere after the next run, and the books stay."""

import duckdb
import pytest

from tests.end_to_end.conftest import LivingCompany

pytestmark = pytest.mark.slow
PERSON = """
    select contacts._key, contacts.full_name, contacts.email, contacts.phone
    from read_parquet('{home}/raw/crm_contacts/*/*/*.parquet') as contacts
    join read_parquet('{home}/raw/crm_leads/*/*/*.parquet') as leads on leads.email = contacts.email
    where contacts.phone is not null
    order by length(contacts._key) desc, contacts._key limit 1
"""
BOOKS = """
    select month_start, account_class, ledger_amount, marts_amount, held_back_amount, difference_amount
    from quality.reconciliation where ledger_amount is not null order by all
"""
BLANK = (
    "select count(*) from read_parquet('{}/raw/crm_contacts/*/*/*.parquet') where _key = '{}' and full_name is not null"
)
COUNTS = """
    select (select count(*) from core.fct_tickets), (select count(*) from core.fct_leads),
        (select sum(net_amount) from core.fct_invoices), (select count(*) from core.dim_customers),
        (select count(*) from quality.quarantined_rows)
"""


def still_said(company: LivingCompany, words: list[str]) -> set[tuple[str, str]]:
    """(file, word) of everything below CMW_HOME but the demo's own sources: files as bytes, tables as text."""
    found = set()
    for path in company.home.rglob("*"):
        if not path.is_file() or "demo" in path.relative_to(company.home).parts:
            continue
        with duckdb.connect() as connection:
            if path.suffix == ".parquet":
                rows = connection.execute(f"select * from read_parquet('{path}', hive_partitioning = false)").fetchall()
                text = str(rows)
            elif path.suffix == ".duckdb":
                connection.execute(f"attach '{path}' as file (read_only)")
                tables = connection.execute(
                    "select schema_name, table_name from duckdb_tables() where database_name = 'file'"
                ).fetchall()
                text = str([connection.execute(f'select * from file."{s}"."{t}"').fetchall() for s, t in tables])
            else:
                text = path.read_bytes().decode("utf-8", errors="replace")
        found |= {(str(path.relative_to(company.home)), word) for word in words if word in text}
    return found


def test_a_person_is_nowhere_after_the_next_run_and_the_books_are_what_they_were(published_company, tmp_path):
    company = published_company.copy(tmp_path / "home")
    key, *values = duckdb.sql(PERSON.format(home=company.home)).fetchone()
    assert still_said(company, values)
    before = company.query(BOOKS), company.query(COUNTS)
    said = company.cmw("erase", "--source", "crm", "--entity", "contacts", "--key", key, "--reason", "test", "--yes")
    assert "Still there" not in said
    company.cmw("run", "--full")
    assert still_said(company, values[1:]) == set(), "address and telephone number"
    assert duckdb.sql(BLANK.format(company.home, key)).fetchone() == (0,), "the name; others may have the same"
    assert (company.query(BOOKS), company.query(COUNTS)) == before
    assert len(list((company.home / "published" / "versions").iterdir())) == 1
