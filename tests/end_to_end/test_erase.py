"""A contact of a company that has been run is erased: he is nowhere after the next run, which is a rebuild from nothing
(the working file goes with him), and every table but those that name him says what it said.
"""

import duckdb
import pytest

from tests.end_to_end.conftest import LivingCompany
from tests.end_to_end.equal_tables import differing_tables

pytestmark = pytest.mark.slow
PERSON = """
    select contacts._key, contacts.full_name, contacts.email, contacts.phone
    from read_parquet('{home}/raw/crm_contacts/*/*/*.parquet') as contacts
    join read_parquet('{home}/raw/crm_leads/*/*/*.parquet') as leads on leads.email = contacts.email
    where contacts.phone is not null
    order by length(contacts._key) desc, contacts._key limit 1
"""
BLANK = (
    "select count(*) from read_parquet('{}/raw/crm_contacts/*/*/*.parquet') where _key = '{}' and full_name is not null"
)
# What became of alerts is counted up to the run that counts, and a blank cell is one filled cell less.
OTHERS = "where not regexp_matches(metric_name, 'alert|treated|save_rate|alarm|^data_completeness$|^filled_cells$')"


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


def test_a_person_is_nowhere_after_a_rebuild_from_nothing_and_all_else_is_what_it_was(week_later, tmp_path):
    company = week_later.copy(tmp_path / "home")
    key, *values = duckdb.sql(PERSON.format(home=company.home)).fetchone()
    assert still_said(company, values)
    said = company.cmw("erase", "--source", "crm", "--entity", "contacts", "--key", key, "--reason", "test", "--yes")
    assert "Still there" not in said
    assert not (company.home / "working" / "warehouse.duckdb").exists()
    company.cmw("run", "--full")
    assert still_said(company, values[1:]) == set(), "address and telephone number"
    assert duckdb.sql(BLANK.format(company.home, key)).fetchone() == (0,), "the name; others may have the same"
    assert differing_tables(week_later, company, {"metrics.metric_values": OTHERS}) == {}
    assert len(list((company.home / "published" / "versions").iterdir())) == 1
