"""Who was who at an earlier moment: the customer keys and decisions of then, for a replay of that day."""

from datetime import datetime

import sqlalchemy as sa

from identity import store as kept
from identity.keys import Home
from identity.records import ACCOUNTS, CUSTOMERS, RecordId
from identity.store import Interval
from warehouse.operational_store import writing
from warehouse.tables_identity import identity_decisions

ENTITIES = (ACCOUNTS, CUSTOMERS)


def copy_as_known(company: sa.Engine, replay: sa.Engine, until: datetime, records: set[RecordId]) -> None:
    """Fills the replay's empty store with what was known of these records. The company's store is only read.

    Before the first run nobody had a key: then the keys given in the first run hold, so that a customer is called the
    same on every day.
    """
    with company.connect() as reading:
        homes = kept.read_homes(reading)
        history = kept.read_history(reading)
        decided = sa.select(identity_decisions).where(identity_decisions.c.decided_at <= until)
        decisions = [dict(row) for row in reading.execute(decided).mappings()]
    known_by = max([until, *([min(home.first_seen_at for home in homes.values())] if homes else [])])
    with writing(replay) as transaction:
        kept.write_homes(transaction, homes_as_known(homes, known_by, records), stored=())
        kept.write_intervals(transaction, history_as_known(history, known_by, records), stored=())
        if decisions:
            transaction.execute(sa.insert(identity_decisions), decisions)


def homes_as_known(homes: dict[RecordId, Home], known_by: datetime, records: set[RecordId]) -> dict[RecordId, Home]:
    """Homes of then. A record that was given another home since has none, and gets that of its group again."""
    found = {record: home for record, home in homes.items() if record in records and home.first_seen_at <= known_by}
    founded = {home.key for home in found.values() if home.is_founder}
    return {record: home for record, home in found.items() if home.key in founded}


def history_as_known(history: list[Interval], known_by: datetime, records: set[RecordId]) -> list[Interval]:
    """Intervals that had begun; one that ended later was still open."""
    return [
        Interval(
            one.record,
            one.valid_from,
            one.valid_to if one.valid_to and one.valid_to <= known_by else None,
            one.membership,
        )
        for one in history
        if one.record in records and one.valid_from <= known_by
    ]
