"""The same company on PostgreSQL and MariaDB as in SQLite files: every row, every value."""

import shutil
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from demo_company.advance import advance
from demo_company.create import create
from demo_company.databases import SCHEMAS
from tests.demo_company.companies import DATABASES
from tests.demo_company.servers import mariadb, postgres

pytestmark = pytest.mark.servers


def plain(value: object) -> object:
    """A value as every database would say it."""
    if isinstance(value, Decimal | float):
        return Decimal(str(value)).normalize()
    if isinstance(value, int):
        return Decimal(value).normalize()
    return value.isoformat() if isinstance(value, datetime | date) else value


def contents(urls: dict[str, str]) -> dict[str, set]:
    found = {}
    for name, url in urls.items():
        engine = create_engine(url)
        with engine.connect() as connection:
            for table in SCHEMAS[name].sorted_tables:
                rows = connection.execute(select(table)).all()
                found[f"{name}.{table.name}"] = {tuple(plain(v) for v in row) for row in rows}
        engine.dispose()
    return found


@pytest.mark.parametrize(
    ("server", "program"),
    [
        pytest.param(postgres, "initdb", id="postgresql"),
        pytest.param(mariadb, "mariadb-install-db", id="mariadb"),
    ],
)
def test_another_database_holds_the_same_rows(tmp_path: Path, server: Callable, program: str) -> None:
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed here")
    files = {name: f"sqlite:///{tmp_path}/files/demo/{name}.db" for name in DATABASES}
    create(tmp_path / "files", customers=30, months=6)
    advance(tmp_path / "files", 40)
    with server() as url:
        urls = dict.fromkeys(DATABASES, url)
        create(tmp_path / "server", customers=30, months=6, urls=urls)
        advance(tmp_path / "server", 40, urls=urls)
        assert contents(urls) == contents(files)
