"""The three databases: where they are, how rows get into them. Any SQLAlchemy URL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
from sqlalchemy import Connection, MetaData, Table, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from demo_company.plan import DemoError
from demo_company.rows import NULL, Rows, full
from demo_company.schema import columns, crm, desk, erp

SCHEMAS: dict[str, MetaData] = {"crm": crm.metadata, "erp": erp.metadata, "service_desk": desk.metadata}
BATCH = 20_000


class Change(Protocol):
    """What apply_change needs to know of a journal.Change."""

    table: Table
    old: Rows
    new: Rows
    inserted: np.ndarray
    updated: np.ndarray
    deleted: np.ndarray


def default_urls(home: Path) -> dict[str, str]:
    """SQLite files below ``home``, unless the variables that config/sources/*.yml name say otherwise."""
    files = {name: f"sqlite:///{(home / 'demo' / name).absolute()}.db" for name in SCHEMAS}
    return {name: os.environ.get(f"CMW_DEMO_{name.upper()}_URL") or url for name, url in files.items()}


@contextmanager
def open_database(name: str, url: str) -> Iterator[Connection]:
    """One transaction on the database; errors name the database, never its password."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _fast_sqlite)
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        shown = engine.url.render_as_string(hide_password=True)
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise DemoError(f"The demo database {name} at {shown} cannot be written: {reason}.") from error
    finally:
        engine.dispose()


def _fast_sqlite(connection: object, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("pragma synchronous=off")
    cursor.execute("pragma cache_size=-65536")
    cursor.close()


def make_tables(connection: Connection, name: str) -> None:
    """Drops and makes all tables of this database."""
    SCHEMAS[name].drop_all(connection)
    SCHEMAS[name].create_all(connection)


def insert(connection: Connection, table: Table, rows: Rows) -> int:
    """Inserts the rows in batches; columns that the rows lack are null."""
    quote = connection.dialect.identifier_preparer
    names = [c.name for c in table.columns]
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    sql = (
        f"insert into {quote.format_table(table)} ({', '.join(quote.quote(n) for n in names)}) "
        f"values ({', '.join([mark] * len(names))})"
    )
    for start in range(0, len(rows), BATCH):
        connection.exec_driver_sql(sql, tuples(table, rows, start, start + BATCH))
    return len(rows)


def apply_change(connection: Connection, change: Change) -> None:
    """Inserts, updates and deletes by key what differs between two days.

    Rows to be inserted are deleted first, so that repeating a change that was broken off mends it.
    """
    table = change.table
    quote = connection.dialect.identifier_preparer
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    names = [c.name for c in table.columns]
    keys = [c.name for c in table.primary_key.columns]
    where = " and ".join(f"{quote.quote(k)} = {mark}" for k in keys)
    places = [names.index(k) for k in keys]

    def key_of(row: tuple) -> tuple:
        return tuple(row[p] for p in places)

    gone = all_tuples(table, change.old.take(change.deleted)) + all_tuples(table, change.new.take(change.inserted))
    if gone:
        sql = f"delete from {quote.format_table(table)} where {where}"
        connection.exec_driver_sql(sql, [key_of(row) for row in gone])
    insert(connection, table, change.new.take(change.inserted))
    changed = all_tuples(table, change.new.take(change.updated))
    if changed:
        values = ", ".join(f"{quote.quote(n)} = {mark}" for n in names)
        sql = f"update {quote.format_table(table)} set {values} where {where}"
        connection.exec_driver_sql(sql, [row + key_of(row) for row in changed])


def all_tuples(table: Table, rows: Rows) -> list[tuple]:
    return tuples(table, rows, 0, len(rows))


def tuples(table: Table, rows: Rows, start: int, stop: int) -> list[tuple]:
    """Rows as a driver takes them, in the table's column order."""
    count = min(stop, len(rows)) - start
    parts = []
    for column in table.columns:
        kind = column.info["kind"]
        values = rows.columns.get(column.name)
        values = full(count, None if kind == "text" else NULL) if values is None else values[start:stop]
        parts.append(columns.written(kind, values))
    return list(zip(*parts, strict=True))
