"""Groups linked records into customers, strongest evidence first, and refuses what contradicts itself."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from identity.links import Doubt, Link, make_doubt, strength
from identity.records import Record, RecordId


@dataclass(frozen=True)
class Clusters:
    """``groups``: members sorted by id, groups sorted by their first member. ``evidence``: the strongest accepted
    link of each record that has one. ``refused``: links that a veto stopped, as doubts."""

    groups: list[list[RecordId]]
    evidence: dict[RecordId, Link]
    refused: list[Doubt]


class _Forest:
    """Union-find that knows the valid tax ids of each tree and the pairs that a person has kept apart."""

    def __init__(self, records: Iterable[Record], apart: Iterable[tuple[RecordId, RecordId]]) -> None:
        self.parent: dict[RecordId, RecordId] = {}
        self.tax_ids: dict[RecordId, set[str]] = {}
        self.enemies: dict[RecordId, set[RecordId]] = defaultdict(set)
        for record in records:
            self.parent[record.id] = record.id
            self.tax_ids[record.id] = {record.tax_id} if record.tax_id and record.has_valid_tax_id else set()
        for left, right in apart:
            if left in self.parent and right in self.parent:
                self.enemies[left].add(right)
                self.enemies[right].add(left)

    def find(self, node: RecordId) -> RecordId:
        root = node
        while self.parent[root] != root:
            root = self.parent[root]
        while self.parent[node] != root:
            self.parent[node], node = root, self.parent[node]
        return root

    def kept_apart(self, one: RecordId, other: RecordId) -> bool:
        return any(self.find(enemy) == other for enemy in self.enemies.get(one, ()))

    def contradict(self, one: RecordId, other: RecordId) -> bool:
        left, right = self.tax_ids[one], self.tax_ids[other]
        return bool(left) and bool(right) and left.isdisjoint(right)

    def join(self, one: RecordId, other: RecordId) -> None:
        root, child = min(one, other), max(one, other)
        self.parent[child] = root
        self.tax_ids[root] |= self.tax_ids.pop(child)
        if child in self.enemies:
            self.enemies[root] |= self.enemies.pop(child)


def build_clusters(
    records: list[Record], links: Iterable[Link], apart: Iterable[tuple[RecordId, RecordId]] = ()
) -> Clusters:
    """Clusters of all records. Links are taken in their total order, so the order of the input does not matter."""
    forest = _Forest(records, apart)
    evidence: dict[RecordId, Link] = {}
    refused: set[Doubt] = set()
    for link in sorted(links, key=strength):
        if link.left not in forest.parent or link.right not in forest.parent:
            continue
        one, other = forest.find(link.left), forest.find(link.right)
        if one != other:
            if forest.kept_apart(one, other):
                continue
            if link.rank > 1 and forest.contradict(one, other):
                refused.add(
                    make_doubt(link.left, link.right, "tax_id_conflict", f"same {link.matched_on}; different tax_id")
                )
                continue
            forest.join(one, other)
        evidence.setdefault(link.left, link)
        evidence.setdefault(link.right, link)
    members: dict[RecordId, list[RecordId]] = defaultdict(list)
    for record in sorted(forest.parent):
        members[forest.find(record)].append(record)
    return Clusters(sorted(members.values()), evidence, sorted(refused))
