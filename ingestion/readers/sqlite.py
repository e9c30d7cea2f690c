"""SQLite through the standard library's cursor, which streams by itself."""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from ingestion.readers.database import DatabaseReader
from ingestion.sources import EntityMapping


class SqliteReader(DatabaseReader):
    """Reads inside one deferred transaction, whose first statement fixes the snapshot."""

    options = MappingProxyType({})  # else SQLAlchemy keeps the first rows from the driver's cursor
    begins_with = "begin"

    def _fetching(self, result: sa.CursorResult) -> Callable[[int], Sequence[Sequence[Any]]]:
        return result.cursor.fetchmany  # the rows of the driver, without an object around each

    def _types_of_query(self, mapping: EntityMapping, names: list[str]) -> dict[str, str]:
        """The declared types of the columns that a query hands through, as a view of it would have them."""
        query = mapping.spec.query.strip().rstrip(";")
        view = "cmw_types_of_query"
        self._connection.exec_driver_sql(f"create temp view {view} as select * from ({query}\n)")
        try:
            found = self._connection.exec_driver_sql(f"pragma temp.table_info({view})").all()
        finally:
            self._connection.exec_driver_sql(f"drop view temp.{view}")
        return {name: kind for (_, name, kind, *_) in found if name in names}
