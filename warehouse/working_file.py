"""The working DuckDB file: the only module that opens it, and the one that lets go of it."""

import gc
import sys

import duckdb

from warehouse.errors import CmwError
from warehouse.settings import Settings

# Only this version of DuckDB reads the file, so it may use what is newest: a third smaller, a tenth less time to build.
# What is published is written for older ones too (warehouse/copy_tables.py). dbt_project/profiles.yml says the same.
STORAGE = {"storage_compatibility_version": "latest"}


def connect(settings: Settings, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection with time zone UTC; use it with ``with``. Call it only while the writer lock is held.

    Raises CmwError when another process has the file open or the file is damaged.
    """
    release()
    path = settings.working_file
    if read_only and not path.exists():
        raise CmwError(f"There is no working file {path} yet", "Run `cmw run` first")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(path), read_only=read_only, config=STORAGE)
        connection.execute("set TimeZone = 'UTC'")
    except duckdb.ConnectionException:
        raise CmwError(
            f"{path} is open in this process in another mode", "Close that connection before opening the file again"
        ) from None
    except (duckdb.Error, OSError) as error:
        raise _explained(str(path), str(error)) from None
    return connection


def release() -> None:
    """Closes what libraries keep open in this process, so that another process can open the file.

    dbt keeps its database open after an invocation; Great Expectations does so in its engines,
    which the quality package disposes of itself.
    """
    connections = sys.modules.get("dbt.adapters.duckdb.connections")
    if connections is not None and connections.DuckDBConnectionManager._ENV is not None:
        connections.DuckDBConnectionManager.close_all_connections()
        gc.collect()  # DuckDB closes a database when its last connection object is gone


def _explained(path: str, message: str) -> CmwError:
    if "lock" in message.lower():
        return CmwError(
            f"The working file {path} is open in another process",
            "Close the program that has it open; readers should open published/current/customer_metrics.duckdb",
        )
    first = message.strip().splitlines()[0]
    if "No space left" in message or "Permission denied" in message:
        return CmwError(f"The working file {path} cannot be written: {first}", "Free disk space or correct its rights")
    return CmwError(
        f"The working file {path} cannot be read: {first}",
        "Delete it and run `cmw run --full`; it is rebuilt from the change log",
    )
