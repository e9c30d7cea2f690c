"""The operational store: SQLite in CMW_HOME by default, PostgreSQL by URL, migrated when opened."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

import warehouse
from warehouse.errors import CmwError
from warehouse.os_lock import OsLock
from warehouse.settings import Settings
from warehouse.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 30


def all_tables() -> sa.MetaData:
    """The metadata with every warehouse/tables*.py loaded into it."""
    for module in pkgutil.iter_modules(warehouse.__path__):
        if module.name.startswith("tables_"):
            importlib.import_module(f"warehouse.{module.name}")
    return metadata


def open_store(settings: Settings) -> sa.Engine:
    """The store with its newest tables. Raises CmwError when it cannot be reached."""
    engine = _engine(settings.operational_store_url)
    try:
        _migrate(engine, settings)
    except DatabaseError as error:
        shown = engine.url.render_as_string(hide_password=True)
        engine.dispose()
        reason = str(error.orig).strip().splitlines()[0]
        raise CmwError(
            f"The operational store {shown} cannot be opened: {reason}",
            "Check CMW_OPERATIONAL_STORE, that its server runs, and that the disk is not full",
        ) from None
    return engine


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One write transaction. On SQLite it takes the write lock at once, so that it waits instead of failing."""
    with engine.connect().execution_options(write_at_once=True) as connection, connection.begin():
        yield connection


def compact(engine: sa.Engine) -> None:
    """Writes a SQLite store anew, so that nothing deleted is left in its file. A server sees to that itself."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            raw.execute("vacuum")
            raw.execute("pragma wal_checkpoint(truncate)")
        finally:
            raw.close()


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
            sa.event.listen(engine, "connect", _prepare_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
            return engine
        return sa.create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        raise CmwError(
            "CMW_OPERATIONAL_STORE is no database URL that can be used here",
            "Write it like postgresql+psycopg://user@host/database, or leave it out for SQLite",
        ) from None
    except OSError as error:
        raise CmwError(
            f"The folder of the operational store cannot be made: {error}", "Check CMW_HOME and its rights"
        ) from None


def _prepare_sqlite(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # the driver would otherwise begin transactions late and leave DDL outside them
    raw.execute("pragma journal_mode = wal")
    raw.execute(f"pragma busy_timeout = {BUSY_SECONDS * 1000}")
    raw.execute("pragma foreign_keys = on")


def _begin_sqlite(connection: sa.Connection) -> None:
    at_once = connection.get_execution_options().get("write_at_once", False)
    connection.exec_driver_sql("begin immediate" if at_once else "begin")


def _migrate(engine: sa.Engine, settings: Settings) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    wanted = set(ScriptDirectory.from_config(config).get_heads())
    if _found(engine) == wanted:
        return
    # Two processes may open a new store at the same moment; only one may create the tables.
    with OsLock(settings.home / "operational_migration.lock").held(wait_seconds=60):
        found = _found(engine)
        if found == wanted:
            return
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if found - known:
            raise CmwError(
                "The operational store was written by a newer version of this product",
                "Update this installation, or point CMW_OPERATIONAL_STORE to another store",
            )
        with writing(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "heads")


def _found(engine: sa.Engine) -> set[str]:
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads())
