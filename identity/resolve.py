"""The identity step: reads staging, groups records into customers, keeps their keys, writes the map that dbt reads."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
import sqlalchemy as sa

from identity import history, output, store
from identity.clusters import Clusters, build_clusters
from identity.keys import assign
from identity.links import Link, find_links, make_link
from identity.records import Record, RecordId, read_records
from identity.references import address_book, find_references
from identity.store import Membership
from warehouse.clock import load_time
from warehouse.company import Company
from warehouse.operational_store import open_store, writing
from warehouse.settings import Settings


@dataclass(frozen=True)
class IdentityResult:
    """``counts``: records, customers, new_customers, changed_records, references, open_reviews; ``rules``: records
    by the rule that tied them."""

    counts: dict[str, int]
    rules: dict[str, int] = field(default_factory=dict)


def resolve(connection: duckdb.DuckDBPyConnection, settings: Settings, company: Company, run_id: str) -> IdentityResult:
    """Writes identity/*.parquet and the operational store. ``connection`` reads the working file's staging tables."""
    records = read_records(connection)
    engine = open_store(settings)
    try:
        with writing(engine) as transaction:
            return _resolve(connection, transaction, settings, records, load_time(settings, company))
    finally:
        engine.dispose()


def _resolve(
    connection: duckdb.DuckDBPyConnection,
    transaction: sa.Connection,
    settings: Settings,
    records: list[Record],
    now: datetime,
) -> IdentityResult:
    homes = store.read_homes(transaction)
    past = store.read_history(transaction)
    decisions = store.read_decisions(transaction)
    links, doubts = find_links(records)
    links += [
        make_link(0, *pair, "decided_by_person", 1.0, "decision") for pair, what in decisions.items() if what == "merge"
    ]
    clusters = build_clusters(records, links, [pair for pair, what in decisions.items() if what == "split"])
    by_id = {record.id: record for record in records}
    open_intervals = {interval.record: interval.membership for interval in past if interval.valid_to is None}
    present = {record: membership.key for record, membership in open_intervals.items()}
    assignment = assign(clusters.groups, by_id, homes, present, now)
    memberships = _memberships(clusters, by_id, assignment.key_of, open_intervals)
    changes = history.changed_intervals(past, memberships, now)
    store.write_homes(transaction, assignment.new_homes, homes)
    store.write_intervals(transaction, changes, past)

    references, unclear = find_references(connection, address_book(connection, records, assignment.key_of))
    complete = history.merged_history(past, changes)
    first_seen = {record: home.first_seen_at for record, home in (homes | assignment.new_homes).items()}
    parted = {
        one
        for one in [*doubts, *clusters.refused]
        if assignment.key_of[one.left] != assignment.key_of[one.right] or (one.left, one.right) in decisions
    }
    queue = output.queue_rows([*parted, *unclear], decisions, first_seen, now)
    output.write_files(settings, output.map_rows(complete, references), queue)
    return IdentityResult(
        counts={
            "records": len(records),
            "customers": len(clusters.groups),
            "new_customers": sum(home.is_founder for home in assignment.new_homes.values()),
            "changed_records": len({interval.record for interval in changes}),
            "references": len(references),
            "open_reviews": sum(row[-2] == "open" for row in queue),
        },
        rules=dict(Counter(memberships[record.id].rule for record in records)),
    )


def _memberships(
    clusters: Clusters,
    records: dict[RecordId, Record],
    key_of: dict[RecordId, str],
    last_known: dict[RecordId, Membership],
) -> dict[RecordId, Membership]:
    """Why each record belongs where it does. A record that has left its source keeps its last reason."""
    memberships: dict[RecordId, Membership] = {}
    for group in clusters.groups:
        founder = min((records[member] for member in group), key=lambda record: record.age).id
        survivors = _survivors([records[member] for member in group])
        for member in group:
            link: Link | None = None if member == founder else clusters.evidence.get(member)
            reason = (link.rule, link.confidence, link.matched_on) if link else ("first_sight", 1.0, "")
            memberships[member] = Membership(key_of[member], *reason, member in survivors)
    for gone in key_of.keys() - memberships.keys():
        last = last_known.get(gone, Membership("", "first_sight", 1.0, "", False))
        memberships[gone] = Membership(key_of[gone], last.rule, last.confidence, last.matched_on, False)
    return memberships


def _survivors(group: list[Record]) -> set[RecordId]:
    """Of each entity the record whose attributes the customer carries: the oldest in use, else the oldest."""
    best: dict[str, Record] = {}
    for record in sorted(group, key=lambda one: (one.is_retired, one.age)):
        best.setdefault(record.id[1], record)
    return {record.id for record in best.values()}
