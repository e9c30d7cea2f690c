"""Servers that may be measured on: named by the environment, or found on the loopback. The tests look there too."""

import os

import sqlalchemy as sa

CANDIDATES = {
    "CMW_TEST_POSTGRES_URL": "postgresql+psycopg://postgres@127.0.0.1:5432/test",
    "CMW_TEST_MYSQL_URL": "mysql+pymysql://root@127.0.0.1:3306/test?charset=utf8mb4",
}


def found() -> list[str]:
    """URLs that answer."""
    urls = [os.environ.get(variable) or guess for variable, guess in CANDIDATES.items()]
    return [url for url in urls if _answers(url)]


def _answers(url: str) -> bool:
    engine = sa.create_engine(url, connect_args={"connect_timeout": 3})
    try:
        engine.connect().close()
    except sa.exc.SQLAlchemyError:
        return False
    finally:
        engine.dispose()
    return True
