"""What people decide about identity: two records are one customer, or are not. The next run acts on it."""

from datetime import datetime
from itertools import product

import sqlalchemy as sa

from identity.records import RecordId
from warehouse.errors import CmwError
from warehouse.operational_store import writing
from warehouse.tables_identity import customer_key_history, identity_decisions


def members_of(store: sa.Engine, customer_key: str) -> list[RecordId]:
    """Records that carry the key now, ordered. Raises CmwError when there are none."""
    columns = customer_key_history.c
    query = (
        sa.select(columns.source_system, columns.entity, columns.source_key)
        .where(columns.customer_key == customer_key, columns.valid_to.is_(None))
        .order_by(columns.source_system, columns.entity, columns.source_key)
    )
    with store.connect() as connection:
        found = [tuple(row) for row in connection.execute(query)]
    if not found:
        raise CmwError(
            f"No record carries the customer key {customer_key}",
            "Look it up in identity.customer_identity_map; a merged customer lives on under the older key",
        )
    return found


def merge_customers(store: sa.Engine, one: str, other: str, *, by: str, reason: str, at: datetime) -> int:
    """Decides that two customers are one. Returns the number of decisions recorded."""
    if one == other:
        raise CmwError(f"{one} and {other} are one customer already", "Name two different customer keys")
    return _record(store, "merge", [(members_of(store, one)[0], members_of(store, other)[0])], by, reason, at)


def split_record(store: sa.Engine, record: RecordId, *, by: str, reason: str, at: datetime) -> int:
    """Decides that a record is not the customer it was tied to. Returns the number of decisions recorded."""
    columns = customer_key_history.c
    query = sa.select(columns.customer_key).where(
        columns.source_system == record[0],
        columns.entity == record[1],
        columns.source_key == record[2],
        columns.valid_to.is_(None),
    )
    with store.connect() as connection:
        key = connection.execute(query).scalar()
    if key is None:
        raise CmwError(f"The record {'/'.join(record)} is not known", "Write it as system, entity and key of the map")
    others = [member for member in members_of(store, key) if member != record]
    if not others:
        raise CmwError(f"The record {'/'.join(record)} is alone in customer {key}", "There is nothing to split")
    return _record(store, "split", list(product([record], others)), by, reason, at)


def _record(
    store: sa.Engine, decision: str, pairs: list[tuple[RecordId, RecordId]], by: str, reason: str, at: datetime
) -> int:
    if not reason.strip():
        raise CmwError("A decision about customers needs a reason, which is kept with it", "Give --reason")
    sides = ("system", "entity", "key")
    rows = [
        {f"left_{name}": value for name, value in zip(sides, min(pair), strict=True)}
        | {f"right_{name}": value for name, value in zip(sides, max(pair), strict=True)}
        | {"decision": decision, "decided_by": by, "reason": reason, "decided_at": at}
        for pair in pairs
    ]
    with writing(store) as connection:
        connection.execute(sa.insert(identity_decisions), rows)
    return len(rows)
