"""One alert with all that is known of it: whom it was told to, and what there is to do."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from alerting.actions import get_alert
from alerting.alert import Alert
from alerting.candidate import Words
from warehouse.tables_alerts import alerts, deliveries, tasks


@dataclass(frozen=True)
class Told:
    """One message to one channel: waiting, sent, failed or dropped. The owner's address stays in the store."""

    channel: str
    kind: str
    status: str
    queued_at: datetime
    sent_at: datetime | None
    error: str
    note: str


@dataclass(frozen=True)
class Task:
    """One thing to do about the alert."""

    customer_key: str | None
    title: Words
    next_step: Words
    money: Decimal | None
    due: date | None
    state: str
    result: str | None


@dataclass(frozen=True)
class Shown:
    """An alert, when people acted on it, and what belongs to it, the oldest message and the first task first."""

    alert: Alert
    acknowledged_at: datetime | None
    closed_at: datetime | None
    run_id: str
    told: tuple[Told, ...]
    tasks: tuple[Task, ...]


def show(store: sa.Engine, alert_id: int) -> Shown:
    """Raises CmwError where there is no such alert."""
    with store.connect() as connection:
        alert = get_alert(connection, alert_id)
        times = (alerts.c.acknowledged_at, alerts.c.closed_at, alerts.c.last_seen_run_id)
        row = connection.execute(sa.select(*times).where(alerts.c.alert_id == alert_id)).mappings().one()
        told = _of(connection, deliveries, deliveries.c.delivery_id, alert_id)
        work = _of(connection, tasks, tasks.c.task_id, alert_id)
    return Shown(
        alert,
        row["acknowledged_at"],
        row["closed_at"],
        row["last_seen_run_id"],
        tuple(_told(one) for one in told),
        tuple(_task(one) for one in work),
    )


def _of(connection: sa.Connection, table: sa.Table, order: sa.Column, alert_id: int) -> list[dict[str, Any]]:
    query = sa.select(table).where(table.c.alert_id == alert_id).order_by(order)
    return [dict(row) for row in connection.execute(query).mappings()]


def _told(row: dict[str, Any]) -> Told:
    return Told(
        channel=row["channel"],
        kind=row["kind"],
        status=row["status"],
        queued_at=row["queued_at"],
        sent_at=row["sent_at"],
        error=row["error"] or "",
        note=row["note"] or "",
    )


def _task(row: dict[str, Any]) -> Task:
    return Task(
        customer_key=row["customer_key"],
        title=Words(row["title_en"], row["title_zh"]),
        next_step=Words(row["next_step_en"], row["next_step_zh"]),
        money=row["money_at_risk"],
        due=row["due_date"],
        state=row["state"],
        result=row["result"],
    )
