"""A person's records, and how they stay one customer when what tied them is erased."""

from collections.abc import Iterable
from datetime import datetime

import duckdb
import sqlalchemy as sa

from identity.records import ACCOUNTS, CUSTOMERS, RecordId
from identity.store import read_decisions, read_history
from warehouse.settings import Settings
from warehouse.tables_identity import identity_decisions

REASON = "one customer before contact data was erased"


def records_of(settings: Settings, customer_keys: Iterable[str]) -> list[RecordId]:
    """Accounts, ERP customers, tickets and leads that are these customers now, ordered."""
    condition = "where valid_to is null and list_contains($keys, customer_key)"
    return _map(settings, "source_system, entity, source_key", condition, {"keys": sorted(set(customer_keys))})


def customers_of(settings: Settings, records: Iterable[RecordId]) -> set[str]:
    """Keys of the customers that the records belong to now."""
    wanted = set(records)
    columns = "customer_key, source_system, entity, source_key"
    return {key for key, *record in _map(settings, columns, "where valid_to is null", {}) if tuple(record) in wanted}


def _map(settings: Settings, columns: str, condition: str, parameters: dict) -> list[tuple]:
    path = settings.identity / "customer_identity_map.parquet"
    if not path.exists():
        return []
    with duckdb.connect() as connection:
        query = f"select {columns} from read_parquet($path) {condition} order by all"
        return connection.execute(query, {"path": str(path), **parameters}).fetchall()


def keep_together(transaction: sa.Connection, records: Iterable[RecordId], *, by: str, at: datetime) -> int:
    """Decides that each record stays with the customer that it is now. Returns the number of new decisions."""
    key_of = {one.record: one.membership.key for one in read_history(transaction) if one.valid_to is None}
    decided = read_decisions(transaction)
    rows = []
    for record in sorted(set(records)):
        others = [other for other, key in key_of.items() if key == key_of.get(record) and other != record]
        if record[1] not in (ACCOUNTS, CUSTOMERS) or not others:
            continue
        left, right = sorted((record, min(others)))
        if (left, right) not in decided:
            decided[left, right] = "merge"
            sides = {"left": left, "right": right}
            rows.append(
                {
                    f"{side}_{name}": value
                    for side, one in sides.items()
                    for name, value in zip(("system", "entity", "key"), one, strict=True)
                }
                | {"decision": "merge", "reason": REASON, "decided_by": by, "decided_at": at}
            )
    if rows:
        transaction.execute(sa.insert(identity_decisions), rows)
    return len(rows)
