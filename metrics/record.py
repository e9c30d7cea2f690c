"""From when on a period knows new and active customers: the record of customers must be one activity window old."""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from metrics.governance import LooksBack

TABLE = "core_internal.int_activity_record"


@dataclass(frozen=True)
class Record:
    """begins: first day on which the activity of customers is on record; proven_from: see the dbt model."""

    begins: date | None
    proven_from: date | None

    def bounds(self, new_within_months: int | None) -> tuple[date | None, date | None]:
        """Where a metric's periods begin, and the first day on which one may begin that has a value; nulls for none.

        Args:
            new_within_months: for how long a customer is new to the metric; None where it asks for nobody's start.
        """
        if new_within_months is None or self.begins is None or self.proven_from is None:
            return (None, None)
        if new_within_months == 0:
            return (self.begins, self.proven_from)
        months = self.proven_from.year * 12 + self.proven_from.month - 1 + new_within_months
        # months and longer periods begin on a first: any day of the month that February has will do
        return (self.begins, date(months // 12, months % 12 + 1, min(self.proven_from.day, 28)))

    def reaches_back_from(self, looks_back: LooksBack | None) -> date | None:
        """The first day before which all days that the metric looks back on are on record; None for any day."""
        if looks_back is None or self.begins is None or self.proven_from is None or self.proven_from <= self.begins:
            return None
        return self.proven_from if looks_back.days is None else self.begins + timedelta(days=looks_back.days)


UNKNOWN_RECORD = Record(None, None)


def read(connection: duckdb.DuckDBPyConnection) -> Record:
    """The record of the tables that dbt built; a project without customers has none."""
    schema, name = TABLE.split(".")
    found = connection.execute(
        "select 1 from duckdb_tables() where schema_name = ? and table_name = ?", [schema, name]
    ).fetchone()
    return Record(*connection.execute(f"select * from {TABLE}").fetchone()) if found else UNKNOWN_RECORD
