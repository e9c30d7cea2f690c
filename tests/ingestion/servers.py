"""Servers that tests talk to; without one the test is skipped, with the reason."""

import pytest
import sqlalchemy as sa

from benchmarks.servers import answering

VARIABLES = {"postgres": "CMW_TEST_POSTGRES_URL", "mysql": "CMW_TEST_MYSQL_URL"}


def needed(name: str) -> str:
    url = answering(VARIABLES[name])
    if not url:
        pytest.skip(f"no {name} server: set {VARIABLES[name]}")
    return url


def execute(url: str, *statements: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
