"""Keeps customer keys and decisions in the operational store: reads all, writes only what changed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from identity.keys import Home
from identity.records import RecordId
from warehouse.tables_identity import customer_key_history, customer_keys, identity_decisions

Pair = tuple[RecordId, RecordId]
_ID = ("source_system", "entity", "source_key")


@dataclass(frozen=True, slots=True)
class Membership:
    """To which customer a record belongs, and why."""

    key: str
    rule: str
    confidence: float
    matched_on: str
    is_survivor: bool


@dataclass(frozen=True, slots=True)
class Interval:
    """A membership in time, half-open; ``valid_to`` None while it holds."""

    record: RecordId
    valid_from: datetime
    valid_to: datetime | None
    membership: Membership


def read_homes(connection: sa.Connection) -> dict[RecordId, Home]:
    columns = customer_keys.c
    rows = connection.execute(
        sa.select(
            columns.source_system, columns.entity, columns.source_key,
            columns.home_key, columns.is_founder, columns.known_since, columns.first_seen_at,
        )
    )  # fmt: skip
    return {(system, entity, key): Home(*home) for system, entity, key, *home in rows}


def read_history(connection: sa.Connection) -> list[Interval]:
    """All intervals, ordered by record and time."""
    rows = connection.execute(sa.select(customer_key_history).order_by(*_ID, "valid_from")).mappings()
    return [
        Interval(
            tuple(row[name] for name in _ID),  # type: ignore[arg-type]
            row["valid_from"],
            row["valid_to"],
            Membership(
                row["customer_key"], row["match_rule"], row["match_confidence"], row["matched_on"], row["is_survivor"]
            ),
        )
        for row in rows
    ]


def read_decisions(connection: sa.Connection) -> dict[Pair, str]:
    """The latest decision ('merge' or 'split') of each pair of records."""
    latest: dict[Pair, str] = {}
    for row in connection.execute(sa.select(identity_decisions).order_by("decision_id")).mappings():
        left = (row["left_system"], row["left_entity"], row["left_key"])
        right = (row["right_system"], row["right_entity"], row["right_key"])
        latest[min(left, right), max(left, right)] = row["decision"]
    return latest


def write_homes(connection: sa.Connection, homes: dict[RecordId, Home], stored: Collection[RecordId]) -> None:
    """Inserts the homes, or replaces those of the records that are stored."""
    rows = [
        _id(record)
        | {
            "home_key": home.key,
            "is_founder": home.is_founder,
            "known_since": home.known_since,
            "first_seen_at": home.first_seen_at,
        }
        for record, home in homes.items()
    ]
    _replace(connection, customer_keys, _ID, [record for record in homes if record in stored], rows)


def write_intervals(connection: sa.Connection, intervals: list[Interval], stored: Iterable[Interval]) -> None:
    """Inserts the intervals, or replaces those stored with the same record and beginning."""
    changed = {(interval.record, interval.valid_from) for interval in intervals}
    old = [(*one.record, one.valid_from) for one in stored if (one.record, one.valid_from) in changed]
    _replace(connection, customer_key_history, (*_ID, "valid_from"), old, [_row(interval) for interval in intervals])


def _replace(
    connection: sa.Connection,
    table: sa.Table,
    key: tuple[str, ...],
    old: Collection[tuple[object, ...]],
    rows: list[dict[str, object]],
) -> None:
    """Deletes the rows with the keys ``old`` and inserts ``rows``."""
    if old:
        same_key = [table.c[name] == sa.bindparam(f"old_{name}") for name in key]
        bound = [{f"old_{name}": value for name, value in zip(key, one, strict=True)} for one in old]
        connection.execute(sa.delete(table).where(*same_key), bound)
    if rows:
        connection.execute(sa.insert(table), rows)


def _row(interval: Interval) -> dict[str, object]:
    membership = interval.membership
    return _id(interval.record) | {
        "valid_from": interval.valid_from,
        "valid_to": interval.valid_to,
        "customer_key": membership.key,
        "match_rule": membership.rule,
        "match_confidence": membership.confidence,
        "matched_on": membership.matched_on,
        "is_survivor": membership.is_survivor,
    }


def _id(record: RecordId) -> dict[str, object]:
    return dict(zip(_ID, record, strict=True))
