"""What people do with alerts: list, acknowledge, close with a result. Every action is audited."""

from datetime import UTC, datetime

import sqlalchemy as sa

from alerting.alert import Alert
from alerting.reconcile import close_alert
from warehouse.errors import CmwError
from warehouse.operational_store import writing
from warehouse.tables import audit
from warehouse.tables_alerts import alerts

STATES = ("open", "acknowledged", "closed")


def list_alerts(store: sa.Engine, state: str = "", owner: str = "") -> list[Alert]:
    """Alerts that are not closed (or of one state, of one owner): critical first, then most money."""
    if state and state not in (*STATES, "all"):
        raise CmwError(f"{state!r} is no state of an alert", f"Choose one of {', '.join(STATES)} or all")
    query = sa.select(alerts)
    if state in STATES:
        query = query.where(alerts.c.state == state)
    elif not state:
        query = query.where(alerts.c.state != "closed")
    if owner:
        query = query.where(alerts.c.owner_id == owner)
    with store.connect() as connection:
        found = [Alert.from_row(row) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda one: (one.severity != "critical", -(one.money or 0), one.alert_id))


def acknowledge(store: sa.Engine, alert_id: int, actor: str, moment: datetime | None = None) -> Alert:
    """Says that somebody is at it: no reminders then, only a message when it gets worse."""
    moment = moment or datetime.now(UTC)
    with writing(store) as connection:
        alert = get_alert(connection, alert_id)
        if alert.state != "open":
            raise CmwError(f"Alert {alert_id} is {alert.state}", "Only an open alert can be acknowledged")
        values = {"state": "acknowledged", "acknowledged_at": moment, "acknowledged_by": actor}
        connection.execute(alerts.update().where(alerts.c.alert_id == alert_id).values(values))
        _audit(connection, moment, actor, "acknowledge", alert_id, "")
        return get_alert(connection, alert_id)


def close(store: sa.Engine, alert_id: int, actor: str, result: str, moment: datetime | None = None) -> Alert:
    """Closes the alert and its tasks. ``result`` says what was done and what came of it; it may not be empty."""
    moment = moment or datetime.now(UTC)
    if not result.strip():
        raise CmwError(f"Alert {alert_id} needs a result to be closed", "Say what was done and what came of it")
    with writing(store) as connection:
        alert = get_alert(connection, alert_id)
        if alert.state == "closed":
            raise CmwError(f"Alert {alert_id} is closed already: {alert.result}", "Nothing to do")
        close_alert(connection, alert_id, moment, actor, result.strip())
        _audit(connection, moment, actor, "close", alert_id, result.strip())
        return get_alert(connection, alert_id)


def get_alert(connection: sa.Connection, alert_id: int) -> Alert:
    """Raises CmwError where there is no such alert."""
    row = connection.execute(sa.select(alerts).where(alerts.c.alert_id == alert_id)).mappings().first()
    if row is None:
        raise CmwError(f"There is no alert {alert_id}", "See `cmw alerts list`")
    return Alert.from_row(row)


def _audit(connection: sa.Connection, moment: datetime, actor: str, action: str, alert_id: int, detail: str) -> None:
    connection.execute(
        audit.insert().values(
            happened_at=moment,
            actor=actor,
            action=action,
            subject_type="alert",
            subject_id=str(alert_id),
            detail=detail or None,
        )
    )
