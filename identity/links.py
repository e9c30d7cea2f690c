"""Evidence that two records are one customer: explicit references and exact normal forms. Nothing here guesses."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from operator import attrgetter

from identity.normalise import names_agree
from identity.records import ACCOUNTS, CUSTOMERS, Record, RecordId

MOST_ALIKE = 6  # more names that begin alike in one city say nothing
ABBREVIATION = 4  # a name of so few Latin letters may be anybody's


@dataclass(frozen=True, slots=True)
class Link:
    """Two records that ought to be one customer. Lower ``rank`` is stronger; only ranks 0 and 1 override a veto."""

    rank: int
    left: RecordId
    right: RecordId
    rule: str
    confidence: float
    matched_on: str


@dataclass(frozen=True, slots=True, order=True)
class Doubt:
    """A pair for a person to decide. ``evidence`` names columns, never their content."""

    left: RecordId
    right: RecordId
    reason: str
    evidence: str


strength = attrgetter("rank", "left", "right", "rule", "confidence", "matched_on")  # the total order of links


def make_link(rank: int, one: RecordId, other: RecordId, rule: str, confidence: float, matched_on: str) -> Link:
    left, right = sorted((one, other))
    return Link(rank, left, right, rule, confidence, matched_on)


def make_doubt(one: RecordId, other: RecordId, reason: str, evidence: str) -> Doubt:
    left, right = sorted((one, other))
    return Doubt(left, right, reason, evidence)


def find_links(records: Iterable[Record]) -> tuple[list[Link], list[Doubt]]:
    """All links and doubts among the records, sorted, whatever the order of the records."""
    ordered = sorted(records, key=lambda record: record.id)
    links = [*_references(ordered), *_same_tax_id(ordered)]
    doubts: list[Doubt] = []
    for field in ("email", "phone"):
        _same_contact(ordered, field, links, doubts)
    _same_name(ordered, links, doubts)
    _similar_names(ordered, doubts)
    return sorted(set(links), key=strength), sorted(set(doubts))


def _blocks(records: Iterable[Record], key: Callable[[Record], object]) -> Iterator[list[Record]]:
    """Groups of two or more records with one key; None is no key."""
    groups: dict[object, list[Record]] = defaultdict(list)
    for record in records:
        value = key(record)
        if value is not None:
            groups[value].append(record)
    return (group for group in groups.values() if len(group) > 1)


def _references(records: list[Record]) -> Iterator[Link]:
    by_id = {record.id: record for record in records}
    by_key: dict[tuple[str, str], list[RecordId]] = defaultdict(list)
    for record in records:
        by_key[record.id[1:]].append(record.id)
    for record in records:
        system, entity, _ = record.id
        if record.merged_into and (target := (system, entity, record.merged_into)) in by_id and target != record.id:
            yield make_link(1, record.id, target, "merged_in_source", 1.0, "merged_into")
        if record.refers_to:
            other, column = (CUSTOMERS, "erp_customer_code") if entity == ACCOUNTS else (ACCOUNTS, "crm_account_id")
            found = by_key.get((other, record.refers_to), [])
            if len(found) == 1:  # the same code in two systems says nothing
                yield make_link(3, record.id, found[0], "cross_reference", 1.0, column)


def _same_tax_id(records: list[Record]) -> Iterator[Link]:
    """A number with a typing error in it still counts where the names agree: it was copied with the error."""
    for block in _blocks(records, lambda record: record.tax_id):
        for record in block[1:]:
            if record.has_valid_tax_id or names_agree(block[0].local_name, record.local_name):
                yield make_link(2, block[0].id, record.id, "same_tax_id", 0.99, "tax_id")


def _same_contact(records: list[Record], field: str, links: list[Link], doubts: list[Doubt]) -> None:
    """An address links only when no system uses it twice: a shared one belongs to a person or an agency."""
    for block in _blocks(records, lambda record: getattr(record, field)):
        if len({record.id[:2] for record in block}) < len(block):
            continue
        for one, other in combinations(block, 2):
            if names_agree(one.name, other.name):
                links.append(make_link(4, one.id, other.id, f"same_{field}", 0.95, f"{field}, name"))
            else:
                doubts.append(make_doubt(one.id, other.id, "shared_contact", f"same {field}; different name"))


def _same_name(records: list[Record], links: list[Link], doubts: list[Doubt]) -> None:
    """A name alone never merges; name and city do, unless the block holds two different tax ids.

    An abbreviation is asked about: two records of one city that are both called "dson" are often two companies.
    """
    for block in _blocks(
        records, lambda record: (record.local_name, record.city) if record.name and record.city else None
    ):
        conflicting = len({record.tax_id for record in block if record.tax_id and record.has_valid_tax_id}) > 1
        core = block[0].local_name or ""
        short = core.isascii() and len(core) <= ABBREVIATION
        for record in block[1:]:
            if short and not conflicting:
                doubts.append(make_doubt(block[0].id, record.id, "similar_record", "same abbreviation, city"))
            elif not conflicting:
                links.append(make_link(5, block[0].id, record.id, "same_name_and_city", 0.9, "name, city"))
            elif record.tax_id is None or block[0].tax_id is None:
                doubts.append(make_doubt(block[0].id, record.id, "similar_record", "same name, city; several tax ids"))
    for block in _blocks(records, lambda record: record.name):
        if len(block) == 2 and _kept_apart(*block) and not (block[0].city and block[1].city):
            doubts.append(make_doubt(block[0].id, block[1].id, "similar_record", "same name; city missing"))


def _similar_names(records: list[Record], doubts: list[Doubt]) -> None:
    """Records of two places in one city whose names begin alike and agree: asked about, never merged."""
    for block in _blocks(
        records, lambda record: (record.city, (record.local_name or "")[:2]) if record.name and record.city else None
    ):
        if len(block) > MOST_ALIKE:
            continue
        for one, other in combinations(block, 2):
            alike = one.local_name != other.local_name and names_agree(one.local_name, other.local_name)
            if alike and _kept_apart(one, other):
                doubts.append(make_doubt(one.id, other.id, "similar_record", "same city; similar name"))


def _kept_apart(one: Record, other: Record) -> bool:
    """Whether two systems, or CRM and ERP, have them: what one system has twice it would have to put right itself."""
    return one.id[:2] != other.id[:2]
