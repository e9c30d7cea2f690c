"""Turns what went wrong into one sentence with a remedy, without secrets and without a traceback."""

import errno
import re

import duckdb
import sqlalchemy as sa

from ingestion.connection_secrets import shown, without_secret
from ingestion.sources import Source
from warehouse.errors import CmwError

_SILENT = (
    "does not answer",
    "Look whether the server hangs or a firewall drops the connection, or correct host and port",
)
_HOST = (
    "has a host name that nobody knows",
    "Correct the host in the connection; a password with @ : / or % in it is written percent-encoded (@ as %40)",
)
# What the drivers say (in lower case), what it means, and what to do.
_KNOWN: tuple[tuple[str, str, str], ...] = (
    (
        "database is locked",
        "is locked by another program",
        "Let that program finish, or read from a copy, then run again",
    ),
    ("connection refused", "refuses connections", "Start the server, or correct host and port"),
    ("can't connect", "cannot be reached", "Start the server, or correct host and port"),
    ("timeout expired", *_SILENT),
    ("connection timed out", *_SILENT),
    ("could not translate host name", *_HOST),
    ("name or service not known", *_HOST),
    ("password authentication failed", "refuses user or password", "Correct the credentials in the environment"),
    ("to database '", "has no such database, or denies it", "Correct the database name, or grant select on it"),
    ("access denied", "refuses user or password", "Correct the credentials in the environment"),
    ('role "', "refuses user or password", "Correct the credentials in the environment"),
    ('database "', "has no such database", "Correct the database name in the connection"),
    ("unknown database", "has no such database", "Correct the database name in the connection"),
    ("statement timeout", "took longer than statement_timeout", "Raise statement_timeout, or give the entity a cursor"),
    ("statement_time exceeded", "took longer than statement_timeout", "Raise statement_timeout, or give a cursor"),
    ("execution time exceeded", "took longer than statement_timeout", "Raise statement_timeout, or give a cursor"),
    ("could not decode to utf-8", "holds text that is not UTF-8", "Read that column through a query that converts it"),
    ("file is not a database", "is not a SQLite database", "Correct the path in the connection"),
    ("malformed", "is damaged", "Restore the SQLite file from a backup"),
    ("permission denied", "denies reading", "Grant select to the user of the connection"),
    ("command denied", "denies reading", "Grant select to the user of the connection"),
)
_LOST = re.compile(
    r"server closed|connection (was )?(lost|reset|closed|aborted)|lost connection|broken pipe|gone away|terminating|"
    r"eof detected|consuming input failed|connection is closed|unexpected(ly)? eof",
    re.IGNORECASE,
)
_FULL = ("no space left", "disk full", "file too large", "could not write")


def is_lost_connection(error: BaseException) -> bool:
    """Whether the connection broke while it was used, so that trying again may help."""
    database = isinstance(error, sa.exc.DBAPIError) or type(error).__module__.startswith(("psycopg", "pymysql"))
    return database and bool(_LOST.search(str(error)))


def is_full_disk(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    return isinstance(error, duckdb.Error | OSError) and any(words in str(error).lower() for words in _FULL)


def as_error(error: BaseException, source: Source, entity: str = "") -> CmwError:
    """The error as an operator should read it: file, entity, cause, remedy."""
    if isinstance(error, CmwError):
        return error
    where = f"{source.path.name}: {entity}" if entity else source.path.name
    told = without_secret(str(getattr(error, "orig", None) or error), source.connection)
    if is_full_disk(error):
        return CmwError(f"{where}: the disk of the data folder is full ({told})", "Free space, then run again")
    lower = told.lower()
    for words, meaning, remedy in _KNOWN:
        if words in lower:
            return CmwError(f"{where}: {shown(source.connection)} {meaning} ({told})", remedy)
    if is_lost_connection(error):
        return CmwError(
            f"{where}: the connection to {shown(source.connection)} broke off while reading ({told})", "Run again"
        )
    if isinstance(error, UnicodeDecodeError):
        return CmwError(f"{where}: the source holds text that is not in its encoding ({told})", "Set encoding")
    return CmwError(
        f"{where}: reading {shown(source.connection)} failed: {type(error).__name__}: {told}",
        "Check the entity with `cmw sources check`",
    )
