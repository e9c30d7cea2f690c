"""The whole demo company lives in PostgreSQL and in MariaDB, and the same tables are published as from SQLite."""

import uuid

import pytest
import sqlalchemy as sa

from tests.end_to_end.conftest import CUSTOMERS, LivingCompany
from tests.end_to_end.equal_tables import differing_tables
from tests.ingestion.servers import needed

pytestmark = pytest.mark.servers
DATABASES = ("crm", "erp", "service_desk")


@pytest.fixture(params=["postgres", "mysql"])
def urls(request):
    """One new database per system of the demo, as the settings that name them; dropped afterwards."""
    server = sa.create_engine(needed(request.param), isolation_level="AUTOCOMMIT")
    names = {database: f"cmw_{uuid.uuid4().hex[:8]}_{database}" for database in DATABASES}
    with server.connect() as connection:
        for name in names.values():
            connection.exec_driver_sql(f"create database {name}")
        try:
            yield {
                f"CMW_DEMO_{database.upper()}_URL": server.url.set(database=name).render_as_string(hide_password=False)
                for database, name in names.items()
            }
        finally:
            for name in names.values():
                ending = " with (force)" if server.dialect.name == "postgresql" else ""
                connection.exec_driver_sql(f"drop database {name}{ending}")
    server.dispose()


def test_the_demo_gives_the_same_tables_wherever_it_lives(published_company, urls, tmp_path):
    company = LivingCompany(tmp_path / "home")
    company.take_compiled(published_company)
    company.cmw("demo", "create", "--customers", str(CUSTOMERS), **urls)
    assert not list((company.home / "demo").glob("*.db")), "nothing was left in SQLite"
    company.cmw("run", **urls)
    assert differing_tables(published_company, company, schemas=("core", "marts")) == {}
