"""What changes in the history of memberships: a pure function, so that two equal runs write nothing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from identity.records import RecordId
from identity.store import Interval, Membership


def changed_intervals(
    history: Iterable[Interval], memberships: dict[RecordId, Membership], now: datetime
) -> list[Interval]:
    """Intervals to write, ordered by record and time.

    A record of another customer gets its open interval closed and a new one. An interval that began at this very
    moment is replaced: nobody has seen it.
    """
    current = {interval.record: interval for interval in history if interval.valid_to is None}
    changes: list[Interval] = []
    for record, membership in memberships.items():
        last = current.get(record)
        if last is None:
            changes.append(Interval(record, now, None, membership))
        elif last.membership.key == membership.key or last.valid_from >= now:
            if last.membership != membership:
                changes.append(replace(last, membership=membership))
        else:
            changes.append(replace(last, valid_to=now))
            changes.append(Interval(record, now, None, membership))
    return sorted(changes, key=lambda interval: (interval.record, interval.valid_from))


def merged_history(history: Iterable[Interval], changes: Iterable[Interval]) -> list[Interval]:
    """The history after the changes, ordered by record and time."""
    by_key = {(interval.record, interval.valid_from): interval for interval in [*history, *changes]}
    return [by_key[key] for key in sorted(by_key)]
