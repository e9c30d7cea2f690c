"""Brings the alerts of the operational store in line with what the rules found in this run."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from alerting.alert import item_keys, items_to_json
from alerting.candidate import Candidate
from alerting.routes import AlertRoutes
from alerting.task_list import CAUSE_GONE, close_tasks, sync_tasks
from alerting.worse import is_worse
from warehouse.tables_alerts import alerts, deliveries


def reconcile(
    connection: sa.Connection,
    candidates: Iterable[Candidate],
    judged_rules: set[str],
    moment: datetime,
    run_id: str,
    routes: AlertRoutes,
) -> None:
    """Opens new alerts, renews known ones, and closes those of ``judged_rules`` whose cause has gone."""
    known = {(row["cause_key"], row["owner_id"]): dict(row) for row in _not_closed(connection)}
    for candidate in candidates:
        row = known.pop((candidate.cause, candidate.owner), None)
        if row is not None:
            _renew(connection, row, candidate, moment, run_id)
        elif not _settled(connection, candidate, moment, routes):
            _open(connection, candidate, moment, run_id)
    for row in known.values():
        if row["rule"] in judged_rules:
            close_alert(connection, row["alert_id"], moment, CAUSE_GONE, f"the cause had gone in run {run_id}")


def close_alert(connection: sa.Connection, alert_id: int, moment: datetime, by: str, result: str) -> None:
    """Closes the alert and its tasks; messages that still wait are dropped."""
    values = {"state": "closed", "closed_at": moment, "closed_by": by, "result": result}
    connection.execute(alerts.update().where(alerts.c.alert_id == alert_id).values(values))
    close_tasks(connection, alert_id, moment, by, result)
    connection.execute(
        deliveries.update()
        .where(deliveries.c.alert_id == alert_id, deliveries.c.status.in_(["waiting", "failed"]))
        .values(status="dropped", note="the alert was closed before it could be sent")
    )


def _not_closed(connection: sa.Connection) -> list[sa.RowMapping]:
    return list(connection.execute(sa.select(alerts).where(alerts.c.state != "closed")).mappings())


def _contents(candidate: Candidate, moment: datetime, run_id: str) -> dict[str, Any]:
    return {
        "severity": candidate.severity,
        "size": candidate.size,
        "title_en": candidate.title.en,
        "title_zh": candidate.title.zh,
        "reason_en": candidate.reason.en,
        "reason_zh": candidate.reason.zh,
        "next_step_en": candidate.next_step.en,
        "next_step_zh": candidate.next_step.zh,
        "items": items_to_json(candidate.items),
        "money_at_risk": candidate.money,
        "link": candidate.link,
        "last_seen_at": moment,
        "last_seen_run_id": run_id,
    }


def _open(connection: sa.Connection, candidate: Candidate, moment: datetime, run_id: str) -> None:
    inserted = connection.execute(
        alerts.insert().values(
            **_contents(candidate, moment, run_id),
            cause_key=candidate.cause,
            rule=candidate.rule,
            owner_id=candidate.owner,
            due_date=candidate.due,
            state="open",
            opened_at=moment,
            opened_run_id=run_id,
            seen_count=1,
        )
    )
    sync_tasks(connection, inserted.inserted_primary_key[0], candidate, moment)


def _renew(connection: sa.Connection, row: dict[str, Any], candidate: Candidate, moment: datetime, run_id: str) -> None:
    values = _contents(candidate, moment, run_id)
    # Seen again in the same run (a retried step) is not seen once more. The due date does not move away.
    values["seen_count"] = row["seen_count"] + (row["last_seen_run_id"] != run_id)
    # A sensor knows the checks and not the money behind them.
    values["money_at_risk"] = candidate.money if candidate.money is not None else row["money_at_risk"]
    values["due_date"] = min(row["due_date"] or candidate.due, candidate.due)
    connection.execute(alerts.update().where(alerts.c.alert_id == row["alert_id"]).values(values))
    sync_tasks(connection, row["alert_id"], candidate, moment)


def _settled(connection: sa.Connection, candidate: Candidate, moment: datetime, routes: AlertRoutes) -> bool:
    """Whether a person closed this cause lately and it is no worse since: then it stays closed."""
    query = (
        sa.select(alerts)
        .where(alerts.c.cause_key == candidate.cause, alerts.c.owner_id == candidate.owner)
        .order_by(alerts.c.alert_id.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    if row is None or row["closed_by"] == CAUSE_GONE:
        return False
    # Counted from when it was last seen: that is the company's clock, which in a replay is not the wall's.
    if moment - row["last_seen_at"] >= timedelta(hours=routes.quiet_hours):
        return False
    keys = json.dumps([one["key"] for one in json.loads(row["items"])])
    now = (candidate.severity, candidate.size, item_keys(candidate.items))
    return not is_worse(candidate.rule, (row["severity"], row["size"], keys), now, routes)
