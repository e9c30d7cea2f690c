"""The demo company lives on PostgreSQL and MariaDB, and the same rows are read and published as from SQLite.

Each system stands on each kind of server once: in one placing everything is published, in the other it is read.
"""

import uuid
from collections.abc import Iterator

import duckdb
import pytest
import sqlalchemy as sa

from ingestion.entities import load_contract
from tests.end_to_end.conftest import CUSTOMERS, LivingCompany
from tests.end_to_end.equal_tables import differing_tables
from tests.ingestion.servers import needed
from warehouse.raw_manifest import read_manifest
from warehouse.settings import Settings

pytestmark = pytest.mark.servers
ONE = {"crm": "postgres", "erp": "mysql", "service_desk": "postgres"}
OTHER = {"crm": "mysql", "erp": "postgres", "service_desk": "mysql"}
READ = """
from ingestion.extract import extract
from warehouse.company import load_company
from warehouse.settings import Settings
settings = Settings.from_environment()
assert not extract(settings, load_company(settings), run_id="read").failed
"""


@pytest.fixture
def urls(request) -> Iterator[dict[str, str]]:
    """A new database per system of the demo, as the settings that name them; dropped afterwards."""
    made, settings = [], {}
    try:
        for system, kind in request.param.items():
            server = sa.create_engine(needed(kind), isolation_level="AUTOCOMMIT")
            name = f"cmw_{uuid.uuid4().hex[:8]}_{system}"
            with server.connect() as connection:
                connection.exec_driver_sql(f"create database {name}")
            made.append((server, name))
            settings[f"CMW_DEMO_{system.upper()}_URL"] = server.url.set(database=name).render_as_string(False)
        yield settings
    finally:
        for server, name in made:
            with server.connect() as connection:
                ending = " with (force)" if server.dialect.name == "postgresql" else ""
                connection.exec_driver_sql(f"drop database {name}{ending}")
            server.dispose()


@pytest.fixture
def company(urls, tmp_path) -> LivingCompany:
    company = LivingCompany(tmp_path / "home")
    company.cmw("demo", "create", "--customers", str(CUSTOMERS), **urls)
    assert not list((company.home / "demo").glob("*.db")), "nothing was left in SQLite"
    return company


@pytest.mark.parametrize("urls", [ONE], indirect=True, ids=["one placing"])
def test_the_same_tables_are_published_wherever_the_demo_lives(published_company, company, urls):
    company.take_compiled(published_company)
    company.cmw("run", **urls)
    assert differing_tables(published_company, company, schemas=("core", "marts")) == {}


@pytest.mark.parametrize("urls", [OTHER], indirect=True, ids=["the other"])
def test_the_same_rows_are_read_wherever_the_demo_lives(published_company, company, urls):
    company.python(READ, **urls)
    assert _rows_that_differ(published_company, company) == {}


def _rows_that_differ(one: LivingCompany, other: LivingCompany) -> dict[str, int]:
    """Entity to rows of the change log that only one of both has, whatever load and place they came from."""
    differing, compared = {}, 0
    with duckdb.connect() as connection:
        for entity, contract in load_contract().items():
            sides = [_log(company, entity) for company in (one, other)]
            columns = ", ".join(
                [*contract.columns, "source_system", "_key", "_keep", "_rejected", "_change", "_row_hash"]
            )
            mine, theirs = (
                f"select {columns} from read_parquet({files}, hive_partitioning = false)" for files in sides
            )
            compared += connection.execute(f"select count(*) from ({mine})").fetchone()[0]
            [(rows,)] = connection.execute(
                f"select count(*) from (({mine} except all {theirs}) union all ({theirs} except all {mine}))"
            ).fetchall()
            if rows:
                differing[entity] = rows
    assert compared > 10_000
    return differing


def _log(company: LivingCompany, entity: str) -> list[str]:
    settings = Settings(config=company.home, home=company.home)
    return [str(settings.raw / file.path) for file in read_manifest(settings).files if file.entity == entity]
