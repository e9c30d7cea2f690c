"""Connections: variables of the environment, engines that only read, and errors without secrets."""

import os
import re
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from warehouse.errors import CmwError
from warehouse.settings import Settings

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_INNERMOST = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^${}]*))?\}")
# How PostgreSQL writes values as text, whatever the database, the role or the user has set.
_EXACT_TEXT = "-c timezone=UTC -c datestyle=ISO -c extra_float_digits=3 -c bytea_output=hex -c intervalstyle=postgres"
CONNECT_SECONDS = 10
SILENCE_SECONDS = 30  # after the statement time-out a server that says nothing is lost


def expand_connection(text: str, settings: Settings, where: str) -> str:
    """Fills in ${NAME} and ${NAME:-default}, inside out, so that a default may itself hold a variable.

    ${CMW_HOME} is the company's data folder. ${NAME} is also read from the file that NAME_FILE names.
    """

    def value(match: re.Match[str]) -> str:
        name, default = match[1], match[2]
        if name == "CMW_HOME":
            return str(settings.home)
        if os.environ.get(name):
            return os.environ[name]
        secret_file = os.environ.get(f"{name}_FILE")
        if secret_file:
            try:
                return Path(secret_file).read_text(encoding="utf-8").strip()
            except OSError:
                raise CmwError(f"{where}: the file that {name}_FILE names cannot be read", "Check its path") from None
        if default is None:
            raise CmwError(
                f"{where}: connection needs the environment variable {name}, which is not set",
                f"Set {name}, or write a default: ${{{name}:-…}}",
            )
        return default

    while _INNERMOST.search(text):
        text = _INNERMOST.sub(value, text)
    return text


def _engine_url(connection: str, where: str) -> URL:
    try:
        url = make_url(connection)
    except ArgumentError:
        raise CmwError(
            f"{where}: connection is no database URL", "Write it as dialect://user:password@host:port/database"
        ) from None
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def backend_of(connection: str, where: str) -> str:
    """The kind of database, such as postgresql, where its own driver has a fast path; else ''."""
    url = _engine_url(connection, where)
    return url.get_backend_name() if url.drivername in (*_DRIVERS.values(), "mysql+pymysql") else ""


def open_engine(connection: str, where: str, timeout_seconds: int, pool_size: int) -> sa.Engine:
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
        options = {"isolation_level": "REPEATABLE READ", "pool_size": pool_size, "max_overflow": 0}
    elif backend in ("mysql", "mariadb"):
        arguments = {
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": timeout_seconds + SILENCE_SECONDS,  # the server ends a statement, and says so
            "charset": "utf8mb4",
            "init_command": "set session transaction read only",
        }
        options = {"isolation_level": "REPEATABLE READ", "pool_size": pool_size, "max_overflow": 0}
    try:
        return sa.create_engine(url, connect_args=arguments, pool_pre_ping=True, **options)
    except NoSuchModuleError:
        raise CmwError(
            f"{where}: there is no driver for {url.drivername}://", "Install the SQLAlchemy dialect of that database"
        ) from None
    except ModuleNotFoundError as error:
        raise CmwError(f"{where}: the driver {error.name} is not installed", f"pip install {error.name}") from None


def shown(connection: str) -> str:
    """The connection as it may be printed: without password."""
    if "://" not in connection:
        return connection
    try:
        return make_url(connection).render_as_string(hide_password=True)
    except ArgumentError:
        return "the connection"


def without_secret(text: str, connection: str) -> str:
    """One line of a driver's message, with the connection's password taken out of it."""
    line = next((part.strip() for part in str(text).splitlines() if part.strip()), "no message")
    if "://" in connection:
        try:
            url = make_url(connection)
        except ArgumentError:
            return line.replace(connection, "…")
        line = line.replace(connection, shown(connection))
        if url.password:
            line = line.replace(str(url.password), "***")
    return line
