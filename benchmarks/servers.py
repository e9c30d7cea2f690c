"""Servers that may be measured and tested on: named by the environment, or found on the loopback."""

import os
from functools import cache

import sqlalchemy as sa

CANDIDATES = {
    "CMW_TEST_POSTGRES_URL": "postgresql+psycopg://postgres@127.0.0.1:5432/test",
    "CMW_TEST_MYSQL_URL": "mysql+pymysql://root@127.0.0.1:3306/test?charset=utf8mb4",
}


def found() -> list[str]:
    """URLs that answer."""
    return [url for url in map(answering, CANDIDATES) if url]


@cache
def answering(variable: str) -> str:
    """The URL that the variable names, or else the usual one; '' where it does not answer."""
    url = os.environ.get(variable) or CANDIDATES[variable]
    engine = sa.create_engine(url, connect_args={"connect_timeout": 3})
    try:
        engine.connect().close()
    except sa.exc.SQLAlchemyError:
        return ""
    finally:
        engine.dispose()
    return url
