"""The whole demo company lives in PostgreSQL and in MariaDB, and the same tables are published as from SQLite."""

import uuid

import duckdb
import pytest
import sqlalchemy as sa

from tests.end_to_end.conftest import LivingCompany
from tests.ingestion.servers import needed

pytestmark = pytest.mark.servers
CUSTOMERS = "100"
DATABASES = ("crm", "erp", "service_desk")


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory) -> LivingCompany:
    company = LivingCompany(tmp_path_factory.mktemp("sqlite") / "home")
    company.cmw("demo", "create", "--customers", CUSTOMERS)
    company.cmw("run")
    return company


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


def published(company: LivingCompany) -> str:
    return str(company.home / "published" / "current" / "customer_metrics.duckdb")


def test_the_demo_gives_the_same_tables_wherever_it_lives(on_sqlite, urls, tmp_path):
    company = LivingCompany(tmp_path / "home")
    company.cmw("demo", "create", "--customers", CUSTOMERS, **urls)
    assert not list((company.home / "demo").glob("*.db")), "nothing was left in SQLite"
    company.cmw("run", **urls)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published(on_sqlite)}' as one (read_only)")
        connection.execute(f"attach '{published(company)}' as other (read_only)")
        tables = connection.execute(
            "select distinct schema_name, table_name from duckdb_tables() where schema_name in ('core', 'marts')"
        ).fetchall()
        assert len(tables) > 50
        differing = {}
        for schema, table in sorted(tables):
            left, right = f"select * from one.{schema}.{table}", f"select * from other.{schema}.{table}"
            counts = connection.execute(
                f"select (select count(*) from ({left} except all {right})), "
                f"(select count(*) from ({right} except all {left}))"
            ).fetchone()
            if counts != (0, 0):
                differing[f"{schema}.{table}"] = counts
    assert differing == {}
