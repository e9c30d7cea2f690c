"""Reads the lines of a certificate from the published tables. A table that is not there gives no lines."""

from typing import Any

import duckdb

from reporting import certificate_sql as sql
from reporting.certificate_parts import FailedCheck, Headline, HeldBack, LedgerTie, Loaded

SHOWN_HEADLINES = 5
# Asked first of a company; the rest of five comes from the other strategic metrics in catalogue order.
PREFERRED = (
    "net_revenue",
    "customer_retention_rate",
    "net_revenue_retention",
    "customer_contribution_profit",
    "days_sales_outstanding",
)


def rows_of(connection: duckdb.DuckDBPyConnection, query: str, values: Any = None) -> list[dict[str, Any]]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def has_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    query = "select 1 from duckdb_tables() where schema_name = $1 and table_name = $2"
    return connection.execute(query, [schema, table]).fetchone() is not None


def loaded(connection: duckdb.DuckDBPyConnection) -> tuple[Loaded, ...]:
    """One line per source system that was read since the version before."""
    return tuple(Loaded(**{**row, "failed": tuple(row["failed"] or ())}) for row in rows_of(connection, sql.LOADED))


def checks(connection: duckdb.DuckDBPyConnection) -> tuple[int, tuple[FailedCheck, ...]]:
    """How many checks passed, and those that failed: critical first, most failing rows first."""
    if not has_table(connection, "quality", "check_results"):
        return 0, ()
    found = rows_of(connection, sql.CHECKS)
    failed = [row for row in found if not row.pop("passed")]
    return len(found) - len(failed), tuple(FailedCheck(**row) for row in failed)


def held_back(connection: duckdb.DuckDBPyConnection) -> tuple[HeldBack, ...]:
    """One line per source system and entity, most rows first."""
    if not has_table(connection, "quality", "quarantined_rows"):
        return ()
    lists = ("rules", "reasons_en", "reasons_zh")
    return tuple(
        HeldBack(**{**row, **{name: tuple(row[name] or ()) for name in lists}}) for row in rows_of(connection, sql.HELD)
    )


def ledger(connection: duckdb.DuckDBPyConnection) -> tuple[LedgerTie, ...]:
    """One line per account class that the ledger posts; none where no source brings a ledger."""
    if not has_table(connection, "quality", "reconciliation"):
        return ()
    return tuple(LedgerTie(**row) for row in rows_of(connection, sql.LEDGER))


def headlines(connection: duckdb.DuckDBPyConnection) -> tuple[Headline, ...]:
    """At most five strategic metrics, each in its newest finished period of a grain that has a target or a limit.

    Without either it is the month, or the shortest longer grain.
    """
    if not has_table(connection, "metrics", "metric_values"):
        return ()
    values = {"preferred": list(PREFERRED), "shown": SHOWN_HEADLINES}
    return tuple(Headline(**row) for row in rows_of(connection, sql.HEADLINES, values))
