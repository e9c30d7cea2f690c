"""What was told to whom: breached limits, customers at risk, and the other open alerts."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

import duckdb
import sqlalchemy as sa

from reporting import certificate_sql as sql
from reporting.certificate_parts import Alerted, BreachedLimit, CustomersAtRisk
from reporting.certificate_queries import has_table, rows_of
from warehouse.breached_limits import BREACHES
from warehouse.operational_store import open_store
from warehouse.settings import Settings
from warehouse.tables_alerts import deliveries

LIMIT, DIGEST = "metric_limit", "churn_warning"  # rules of alerts that have a section, or a line, of their own
LARGEST = 3


def alerts(connection: duckdb.DuckDBPyConnection, settings: Settings) -> tuple[Alerted, ...]:
    """Open alerts, critical first and most money first, with what became of their newest messages."""
    told = _told(settings)
    found = []
    for row in rows_of(connection, sql.ALERTS):
        channels = row.pop("channels")
        queued = tuple(channels.split(", ")) if channels else ()
        found.append(Alerted(**row, told=told.get(row["alert_id"], queued)))
    return tuple(found)


def breached_limits(connection: duckdb.DuckDBPyConnection, alerted: Iterable[Alerted]) -> tuple[BreachedLimit, ...]:
    """One line per metric that is beyond a limit: the total where it is, else the worst member; critical first."""
    if not has_table(connection, "metrics", "metric_values"):
        return ()
    opened = {alert.cause: alert for alert in alerted if alert.rule == LIMIT}
    closed = {row["cause"]: row["closed_by"] for row in rows_of(connection, sql.CLOSED)}
    names = {}
    if has_table(connection, "core", "dim_employees"):
        names = {row["employee_id"]: row["full_name"] for row in rows_of(connection, sql.OWNERS)}
    by_metric = defaultdict(list)
    for row in rows_of(connection, BREACHES):
        by_metric[row["metric_name"]].append(row)
    found = [
        BreachedLimit(
            metric_name=name,
            label_en=head["label_en"],
            label_zh=head["label_zh"] or head["label_en"],
            period_grain=head["period_grain"],
            period_start=head["period_start"],
            dimension_name=head["dimension_name"],
            member=names.get(head["dimension_value"]) or head["dimension_value"],
            value=head["value"],
            limit=head["limit_value"],
            unit=head["unit"],
            currency=head["currency"],
            status=head["limit_status"],
            members=sum(row["dimension_name"] != "total" for row in rows if row is not head),
            owner=head["owner"],
            told=alert.told if (alert := opened.get(f"{LIMIT}:{name}")) else (),
            alert=alert.severity if alert else "",
            closed_by=closed.get(f"{LIMIT}:{name}") or "",
        )
        for name, rows in by_metric.items()
        for head in rows[:1]
    ]
    return tuple(sorted(found, key=lambda one: (one.status, one.dimension_name != "total", one.metric_name)))


def customers_at_risk(connection: duckdb.DuckDBPyConnection, alerted: Iterable[Alerted]) -> CustomersAtRisk | None:
    """The digests of all owners as one line; None when nobody's customers are at risk."""
    digests = [alert for alert in alerted if alert.rule == DIGEST]
    if not digests:
        return None
    customers = 0
    if has_table(connection, "marts", "churn_warnings"):
        [(customers,)] = connection.execute("select count(*) from marts.churn_warnings").fetchall()
    known = [alert.money for alert in digests if alert.money is not None]
    largest = sorted(digests, key=lambda one: -(one.money or 0))[:LARGEST]
    return CustomersAtRisk(
        severity=min(alert.severity for alert in digests),  # critical comes before warning
        owners=len(digests),
        customers=customers,
        money=sum(known, Decimal(0)) if known else None,
        told=tuple(sorted({channel for alert in digests for channel in alert.told})),
        largest_en=tuple(alert.title_en for alert in largest),
        largest_zh=tuple(alert.title_zh for alert in largest),
    )


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
