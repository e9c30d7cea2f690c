"""Reads the lines of a certificate from the published tables. A table that is not there gives no lines."""

from collections import defaultdict
from typing import Any

import duckdb
import sqlalchemy as sa

from reporting import certificate_sql as sql
from reporting.certificate_parts import Alerted, FailedCheck, Headline, HeldBack, LedgerTie, Loaded
from warehouse.operational_store import open_store
from warehouse.settings import Settings
from warehouse.tables_alerts import deliveries

SHOWN_HEADLINES = 5
# Asked first of a company; the rest of five comes from the other strategic metrics in catalogue order.
PREFERRED = (
    "net_revenue",
    "customer_retention_rate",
    "net_revenue_retention",
    "customer_contribution_profit",
    "days_sales_outstanding",
)


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: Any = None) -> list[dict[str, Any]]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _has(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    query = "select 1 from duckdb_tables() where schema_name = $1 and table_name = $2"
    return connection.execute(query, [schema, table]).fetchone() is not None


def loaded(connection: duckdb.DuckDBPyConnection) -> tuple[Loaded, ...]:
    """One line per source system that was read since the version before."""
    return tuple(Loaded(**{**row, "failed": tuple(row["failed"] or ())}) for row in _rows(connection, sql.LOADED))


def checks(connection: duckdb.DuckDBPyConnection) -> tuple[int, tuple[FailedCheck, ...]]:
    """How many checks passed, and those that failed: critical first, most failing rows first."""
    if not _has(connection, "quality", "check_results"):
        return 0, ()
    found = _rows(connection, sql.CHECKS)
    failed = [row for row in found if not row.pop("passed")]
    return len(found) - len(failed), tuple(FailedCheck(**row) for row in failed)


def held_back(connection: duckdb.DuckDBPyConnection) -> tuple[HeldBack, ...]:
    """One line per source system and entity, most rows first."""
    if not _has(connection, "quality", "quarantined_rows"):
        return ()
    lists = ("rules", "reasons_en", "reasons_zh")
    return tuple(
        HeldBack(**{**row, **{name: tuple(row[name] or ()) for name in lists}}) for row in _rows(connection, sql.HELD)
    )


def ledger(connection: duckdb.DuckDBPyConnection) -> tuple[LedgerTie, ...]:
    """One line per account class that the ledger posts; none where no source brings a ledger."""
    if not _has(connection, "quality", "reconciliation"):
        return ()
    return tuple(LedgerTie(**row) for row in _rows(connection, sql.LEDGER))


def headlines(connection: duckdb.DuckDBPyConnection) -> tuple[Headline, ...]:
    """At most five strategic metrics, each in its newest finished month (or its shortest longer grain)."""
    if not _has(connection, "metrics", "metric_values"):
        return ()
    values = {"preferred": list(PREFERRED), "shown": SHOWN_HEADLINES}
    return tuple(Headline(**row) for row in _rows(connection, sql.HEADLINES, values))


def alerts(connection: duckdb.DuckDBPyConnection, settings: Settings) -> tuple[Alerted, ...]:
    """Open alerts, critical first and most money first, with what became of their newest messages."""
    query = """
        select alert_id, severity, title_en, title_zh, owner_id as owner, money_at_risk as money, channels
        from ops.alerts
        where state <> 'closed'
        order by severity, money_at_risk desc nulls last, alert_id
    """
    told = _told(settings)
    found = []
    for row in _rows(connection, query):
        channels = row.pop("channels")
        queued = tuple(channels.split(", ")) if channels else ()
        found.append(Alerted(**row, told=told.get(row["alert_id"], queued)))
    return tuple(found)


def _told(settings: Settings) -> dict[int, tuple[str, ...]]:
    newest: dict[int, dict[str, str]] = defaultdict(dict)
    store = open_store(settings)
    with store.connect() as reading:
        for row in reading.execute(sa.select(deliveries).order_by(deliveries.c.delivery_id)).mappings():
            newest[row["alert_id"]][row["channel"]] = row["status"]
    store.dispose()
    return {
        alert_id: tuple(
            channel if status == "sent" else f"{channel}: {status}" for channel, status in sorted(channels.items())
        )
        for alert_id, channels in newest.items()
    }
