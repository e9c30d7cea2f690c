"""Servers that tests may talk to: named by the environment, or found on the loopback."""

import os
from functools import cache

import pytest
import sqlalchemy as sa

CANDIDATES = {
    "postgres": ("CMW_TEST_POSTGRES_URL", ("postgresql+psycopg://postgres@127.0.0.1:5432/test",)),
    "mysql": ("CMW_TEST_MYSQL_URL", ("mysql+pymysql://root@127.0.0.1:3306/test?charset=utf8mb4",)),
}


@cache
def server_url(name: str) -> str:
    """A URL that answers; skips the test, with the reason, where there is none."""
    variable, guesses = CANDIDATES[name]
    tried = [os.environ[variable]] if os.environ.get(variable) else list(guesses)
    for url in tried:
        engine = sa.create_engine(url, connect_args={"connect_timeout": 3})
        try:
            engine.connect().close()
        except sa.exc.SQLAlchemyError:
            continue
        finally:
            engine.dispose()
        return url
    return ""


def needed(name: str) -> str:
    url = server_url(name)
    if not url:
        pytest.skip(f"no {name} server: set {CANDIDATES[name][0]}")
    return url


def execute(url: str, *statements: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
