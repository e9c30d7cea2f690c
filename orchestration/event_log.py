"""Dagster's event log on SQLite with its connections kept open and without syncs.

A run writes some two thousand events. As it comes, Dagster makes an engine and a connection for each
(docs/decisions/0007-dagster-history.md has the measurement).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SQLITE_BUSY_TIMEOUT_SECONDS, SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.pool import QueuePool


def _relax(connection: Any, _: object) -> None:
    # The log is a display, not the truth: a killed process loses nothing of it, only a power cut may.
    connection.execute("pragma synchronous = off")


class KeptOpenEventLog(SqliteEventLogStorage):
    """The same files and tables; named in dagster.yaml."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "KeptOpenEventLog":
        return cls(inst_data=inst_data, **config_value)

    def _engine(self, shard: str) -> sa.Engine:
        engines = self.__dict__.setdefault("_engines", {})
        if shard not in engines:
            engines[shard] = sa.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            sa.event.listen(engines[shard], "connect", _relax)
        return engines[shard]

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Asked anew for every check that is stored; a table that is there stays."""
        found = self.__dict__.setdefault("_found_tables", set())
        if table_name not in found and super().has_table(table_name):
            found.add(table_name)
        return table_name in found

    def dispose(self) -> None:
        for engine in self.__dict__.pop("_engines", {}).values():
            engine.dispose()
        super().dispose()
