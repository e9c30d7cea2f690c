"""Engines that only read, with time-outs and values as exact text."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchModuleError

from ingestion.connection_secrets import has_torn_host, parsed
from warehouse.errors import CmwError

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
# How PostgreSQL writes values as text, whatever the database, the role or the user has set.
_EXACT_TEXT = "-c timezone=UTC -c datestyle=ISO -c extra_float_digits=3 -c bytea_output=hex -c intervalstyle=postgres"
# All entities of a source are read over one connection, one after the other: only so they come from one snapshot.
_ONE_CONNECTION = {"pool_size": 1, "max_overflow": 0}
CONNECT_SECONDS = 10
SILENCE_SECONDS = 30  # after the statement time-out a server that says nothing is lost


_WRITE_SO = (
    "Write it as dialect://user:password@host:port/database; in a password write @ as %40, : as %3A, / as %2F, % as %25"
)


def _engine_url(connection: str, where: str) -> URL:
    url = parsed(connection)
    if url is None:
        raise CmwError(f"{where}: connection is no database URL", _WRITE_SO)
    if has_torn_host(url):  # no driver is asked for such a host: its messages would name it
        raise CmwError(f"{where}: connection has an @ too many before its host, perhaps a password's", _WRITE_SO)
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


_AS_NAMED = ("mysql+pymysql", "sqlite", "sqlite+pysqlite")


def backend_of(connection: str, where: str) -> str:
    """The kind of database, such as postgresql, where its own driver has a fast path; else ''."""
    url = _engine_url(connection, where)
    return url.get_backend_name() if url.drivername in (*_DRIVERS.values(), *_AS_NAMED) else ""


def open_engine(connection: str, where: str, timeout_seconds: int) -> sa.Engine:
    """An engine that reads and never writes. Raises CmwError when the driver or the SQLite file is missing."""
    url = _engine_url(connection, where)
    backend = url.get_backend_name()
    options: dict[str, object] = {}
    arguments: dict[str, object] = {}
    if backend == "sqlite" and url.database and url.database != ":memory:":
        path = Path(url.database)
        if not path.is_file():
            raise CmwError(f"{where}: the SQLite file {path} does not exist", "Check the path in the connection")
        url = url.set(database=path.resolve().as_uri(), query={"mode": "ro", "uri": "true"})
        arguments = {"timeout": min(timeout_seconds, CONNECT_SECONDS), "check_same_thread": False}
    elif backend == "postgresql":
        milliseconds = timeout_seconds * 1000
        arguments = {
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c statement_timeout={milliseconds} -c default_transaction_read_only=on {_EXACT_TEXT}",
            "application_name": "customer-metrics",
            "client_encoding": "utf8",  # whatever the database is in
        }
        options = {"isolation_level": "REPEATABLE READ", **_ONE_CONNECTION}
    elif backend in ("mysql", "mariadb"):
        arguments = {
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": timeout_seconds + SILENCE_SECONDS,  # the server ends a statement, and says so
            "charset": "utf8mb4",
            "init_command": "set session transaction read only",
        }
        options = {"isolation_level": "REPEATABLE READ", **_ONE_CONNECTION}
    try:
        return sa.create_engine(url, connect_args=arguments, pool_pre_ping=True, **options)
    except NoSuchModuleError:
        raise CmwError(
            f"{where}: there is no driver for {url.drivername}://", "Install the SQLAlchemy dialect of that database"
        ) from None
    except ModuleNotFoundError as error:
        raise CmwError(f"{where}: the driver {error.name} is not installed", f"pip install {error.name}") from None
