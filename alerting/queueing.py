"""Decides who is to be told what in this run, and queues it: a waiting delivery per alert and channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from alerting.alert import item_keys, items_from_json
from alerting.routes import AlertRoutes, AppriseChannel
from alerting.rules.churn_warnings import RULE as CHURN_WARNING
from alerting.worse import message_due
from warehouse.tables_alerts import alerts, deliveries


@dataclass(frozen=True)
class Person:
    """What the CRM knows of an owner; no address of somebody who has left."""

    name: str = ""
    address: str = ""


def queue_messages(
    connection: sa.Connection, routes: AlertRoutes, people: Mapping[str, Person] | None, moment: datetime, run_id: str
) -> None:
    """``people`` are owners by their ids in the CRM; None outside a run, where what is for them waits for the next."""
    urgent_first = (alerts.c.severity, sa.nulls_last(alerts.c.money_at_risk.desc()), alerts.c.alert_id)
    open_ones = sa.select(alerts).where(alerts.c.state != "closed").order_by(*urgent_first)
    for row in connection.execute(open_ones).mappings().all():
        if people is None and row["rule"] == CHURN_WARNING:
            continue
        mine = (deliveries.c.alert_id == row["alert_id"], deliveries.c.status.in_(["waiting", "failed"]))
        told = recipients(routes, row["owner_id"], row["severity"], people or {})
        for channel, address, _ in told:  # what could not be delivered is tried where the CRM says now
            if address:
                renewed = deliveries.update().where(*mine, deliveries.c.channel == channel)
                connection.execute(renewed.values(address=address))
        kind = message_due(row, item_keys(items_from_json(row["items"])), moment, routes)
        if kind is None:
            continue
        pending = set(connection.execute(sa.select(deliveries.c.channel).where(*mine)).scalars())
        for channel, address, note in told:
            if channel not in pending:
                connection.execute(
                    deliveries.insert().values(
                        alert_id=row["alert_id"],
                        channel=channel,
                        address=address,
                        kind=kind,
                        status="waiting",
                        attempts=0,
                        queued_at=moment,
                        queued_run_id=run_id,
                        note=note or None,
                    )
                )


def recipients(
    routes: AlertRoutes, owner: str, severity: str, people: Mapping[str, Person]
) -> list[tuple[str, str, str]]:
    """(channel, address, note) for each channel; the default owner's where an address is wanted and unknown."""
    person = people.get(owner, Person())
    called = f"{person.name} ({owner})" if person.name else owner
    channels, note = routes.channels_for(owner, severity, called)
    found = []
    for name in channels:
        channel = routes.channels[name]
        if not (isinstance(channel, AppriseChannel) and channel.needs_address):
            found.append((name, "", note))
        elif person.address:
            found.append((name, person.address, note))
        else:
            found += _instead(routes, called, severity, found)
    return found


def _instead(
    routes: AlertRoutes, called: str, severity: str, found: list[tuple[str, str, str]]
) -> list[tuple[str, str, str]]:
    note = routes.instead(called, "has no e-mail address in the CRM, or has left", "在 CRM 中没有邮箱或已离职")
    known = {name for name, _, _ in found}
    channels, _ = routes.channels_for(routes.default_owner, severity)
    return [
        (name, "", note)
        for name in channels
        if name not in known and not getattr(routes.channels[name], "needs_address", False)
    ]
