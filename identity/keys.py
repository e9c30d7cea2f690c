"""Customer keys: assigned once, at first sight, never computed again. Pure functions; identity.store keeps the result.

Each record has a home key, that of the customer it was first seen with. A customer carries the oldest home key of its
members, so a merge keeps the older key, and a split gives each side its old one back.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from identity.records import Record, RecordId


@dataclass(frozen=True, slots=True)
class Home:
    """What is stored of a record: its home key, and whether the key was made for this very record."""

    key: str
    is_founder: bool
    known_since: datetime
    first_seen_at: datetime


@dataclass(frozen=True)
class Assignment:
    """``key_of``: the present key of every record ever seen; ``new_homes``: homes to store, new or changed."""

    key_of: dict[RecordId, str]
    new_homes: dict[RecordId, Home]


def founding_key(record: RecordId, taken: Iterable[str] = ()) -> str:
    """ "C" and 12 hexadecimal digits of the record's id; another draw where that key is taken."""
    occupied = taken if isinstance(taken, set | dict) else set(taken)
    text, attempt = "\x1f".join(record), 0
    while True:
        key = "C" + hashlib.sha256(f"{text}\x1f{attempt}".encode() if attempt else text.encode()).hexdigest()[:12]
        if key not in occupied:
            return key
        attempt += 1


def assign(
    groups: list[list[RecordId]],
    records: dict[RecordId, Record],
    homes: dict[RecordId, Home],
    present: dict[RecordId, str],
    now: datetime,
) -> Assignment:
    """Keys of the groups.

    Args:
        groups: clusters of the records that are there now.
        records: those records by id.
        homes: stored homes, also of records that are gone.
        present: stored present key of every record, for those that are gone.
        now: the moment that new keys are stamped with.
    """
    age_of_key = {
        home.key: (home.first_seen_at, home.known_since, home.key) for home in homes.values() if home.is_founder
    }
    owner = _owners(groups, records, homes)
    won: dict[int, list[str]] = defaultdict(list)
    for key, number in owner.items():
        won[number].append(key)
    taken = set(age_of_key)
    key_of: dict[RecordId, str] = {}
    new_homes: dict[RecordId, Home] = {}
    for number, group in enumerate(groups):
        founder = min((records[member] for member in group), key=lambda record: record.age)
        keys = won.get(number)
        if keys:
            key = min(keys, key=lambda one: age_of_key[one])
        else:
            key = founding_key(founder.id, taken)
            taken.add(key)
        for member in group:
            key_of[member] = key
            stored = homes.get(member)
            if stored is None or owner.get(stored.key) != number:  # first sight, or parted from its home
                seen = stored.first_seen_at if stored else now
                founds = not keys and member == founder.id
                new_homes[member] = Home(key, founds, records[member].known_since, now if founds else seen)
    for gone in homes.keys() - key_of.keys():
        last = present.get(gone, homes[gone].key)
        number = owner.get(last)
        key_of[gone] = key_of[groups[number][0]] if number is not None else last
    return Assignment(key_of, new_homes)


def _owners(
    groups: list[list[RecordId]], records: dict[RecordId, Record], homes: dict[RecordId, Home]
) -> dict[str, int]:
    """Which group each home key goes to: the one with the record it was made for, else the one with the oldest."""
    best: dict[str, tuple[tuple[object, ...], int]] = {}
    for number, group in enumerate(groups):
        for member in group:
            home = homes.get(member)
            if home is None:
                continue
            claim = ((not home.is_founder, *records[member].age), number)
            if home.key not in best or claim < best[home.key]:
                best[home.key] = claim
    return {key: number for key, (_, number) in best.items()}
