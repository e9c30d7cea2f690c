"""Tasks: what an owner has to do about an alert, one per customer where customers are concerned."""

from datetime import datetime

import sqlalchemy as sa

from alerting.candidate import Candidate, Work
from warehouse.tables_alerts import tasks

CAUSE_GONE = "cause gone"


def sync_tasks(connection: sa.Connection, alert_id: int, candidate: Candidate, moment: datetime) -> None:
    """Adds what is new, renews what is open, closes what is no longer needed. What a person closed stays closed."""
    wanted = {work.customer_key: work for work in _work(candidate)}
    mine = sa.select(tasks).where(tasks.c.alert_id == alert_id)
    known = {row["customer_key"]: row for row in connection.execute(mine.order_by(tasks.c.task_id)).mappings()}
    for key, work in wanted.items():
        values = {
            "owner_id": candidate.owner,
            "title_en": work.title.en,
            "title_zh": work.title.zh,
            "next_step_en": work.next_step.en,
            "next_step_zh": work.next_step.zh,
            "money_at_risk": work.money,
        }
        row = known.get(key)
        if row is None or row["closed_by"] == CAUSE_GONE:
            values |= {"due_date": work.due, "state": "open", "created_at": moment}
            connection.execute(tasks.insert().values(alert_id=alert_id, customer_key=key, **values))
        elif row["state"] == "open":
            connection.execute(tasks.update().where(tasks.c.task_id == row["task_id"]).values(values))
    for key, row in known.items():
        if key not in wanted and key not in candidate.still and row["state"] == "open":
            _close(connection, tasks.c.task_id == row["task_id"], moment, CAUSE_GONE, "the cause has gone")


def close_tasks(connection: sa.Connection, alert_id: int, moment: datetime, by: str, result: str) -> None:
    """Closes the open tasks of an alert with the alert's result."""
    _close(connection, tasks.c.alert_id == alert_id, moment, by, result)


def _close(connection: sa.Connection, which: sa.ColumnElement[bool], moment: datetime, by: str, result: str) -> None:
    values = {"state": "closed", "closed_at": moment, "closed_by": by, "result": result}
    connection.execute(tasks.update().where(which, tasks.c.state == "open").values(values))


def _work(candidate: Candidate) -> tuple[Work, ...]:
    if candidate.work:
        return candidate.work
    return (Work(None, candidate.title, candidate.next_step, candidate.due, candidate.money),)
