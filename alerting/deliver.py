"""Sends what is queued, and records as sent only what was sent. Run it after publishing."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerting.alert import Alert, item_keys
from alerting.channels import NotSent, send
from alerting.message import compose
from alerting.routes import AlertRoutes, load_routes
from alerting.together import belongs_together, compose_together
from warehouse.clock import load_time
from warehouse.company import Company
from warehouse.operational_store import writing
from warehouse.os_lock import OsLock
from warehouse.settings import Settings
from warehouse.tables_alerts import alerts, deliveries

_WAIT_SECONDS = 120


@dataclass(frozen=True)
class Delivery:
    """One message to one channel in this call: 'sent', or 'failed' and tried again by the next run.

    A message of several alerts names the first of them.
    """

    alert_id: int
    owner: str
    channel: str
    title: str
    status: str
    error: str = ""
    note: str = ""


def print_line(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def deliver(
    store: sa.Engine,
    settings: Settings,
    company: Company,
    run_id: str,
    console: Callable[[str], None] = print_line,
) -> list[Delivery]:
    """Every waiting or failed message is tried once; a channel that refuses stops no other.

    A process that dies between sending and recording sends that one message again: better twice than never.
    """
    routes, moment = load_routes(settings), load_time(settings, company)
    # A run and a sensor may deliver at the same time; each message must go out once.
    with OsLock(settings.home / "alert_delivery.lock").held(_WAIT_SECONDS, run_id):
        return [
            _deliver(store, settings, company, routes, moment, group, console)
            for group in _grouped(_queued(store, routes))
        ]


def _queued(store: sa.Engine, routes: AlertRoutes) -> list[dict[str, Any]]:
    unsent = deliveries.c.status.in_(["waiting", "failed"])
    with writing(store) as connection:
        connection.execute(
            deliveries.update()
            .where(unsent, deliveries.c.channel.not_in(list(routes.channels)))
            .values(status="dropped", note="the channel is no longer in alert_routes.yml")
        )
        query = (
            sa.select(deliveries, alerts.c.rule)
            .join(alerts, alerts.c.alert_id == deliveries.c.alert_id)
            .where(unsent)
            .order_by(deliveries.c.delivery_id)
        )
        return [dict(row) for row in connection.execute(query).mappings()]


def _grouped(queued: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """What one message tells: most tell one alert; what many owners cannot be told themselves is told at once."""
    groups: dict[tuple, list[dict[str, Any]]] = {}
    for row in queued:
        together = belongs_together(row["rule"], row["note"])
        key = (row["channel"], row["address"]) if together else (row["delivery_id"],)
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _deliver(
    store: sa.Engine,
    settings: Settings,
    company: Company,
    routes: AlertRoutes,
    moment: datetime,
    group: list[dict[str, Any]],
    console: Callable[[str], None],
) -> Delivery:
    row, told = group[0], [_alert(store, row["alert_id"]) for row in group]
    language, currency = company.language, company.reporting_currency
    if len(group) == 1:
        message = compose(told[0], row["kind"], row["note"], routes, language, currency)
    else:
        message = compose_together(told, routes, language, currency)
    error = ""
    try:
        send(row["channel"], routes.channels[row["channel"]], row["address"], message, settings, console)
    except NotSent as refused:
        error = str(refused)
    with writing(store) as connection:
        for one, alert in zip(group, told, strict=True):
            _record(connection, one, alert, moment, error)
    status = "failed" if error else "sent"
    return Delivery(told[0].alert_id, told[0].owner, row["channel"], message.title, status, error, row["note"] or "")


def _alert(store: sa.Engine, alert_id: int) -> Alert:
    with store.connect() as reading:
        return Alert.from_row(reading.execute(sa.select(alerts).where(alerts.c.alert_id == alert_id)).mappings().one())


def _record(connection: sa.Connection, row: dict[str, Any], alert: Alert, moment: datetime, error: str) -> None:
    values: dict[str, Any] = {"attempts": row["attempts"] + 1, "attempted_at": moment, "error": error or None}
    values |= {"status": "failed"} if error else {"status": "sent", "sent_at": moment}
    connection.execute(deliveries.update().where(deliveries.c.delivery_id == row["delivery_id"]).values(values))
    if not error:
        notified = {
            "notified_at": moment,
            "notified_severity": alert.severity,
            "notified_size": alert.size,
            "notified_items": item_keys(alert.items),
        }
        connection.execute(alerts.update().where(alerts.c.alert_id == alert.alert_id).values(notified))
