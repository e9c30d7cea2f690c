"""What gate 1 has to judge: loads it has not seen, and entities whose rules changed."""

from dataclasses import dataclass

from quality.judged import Judged
from quality.rulebook import EntityRules
from warehouse.raw_manifest import RawFile, RawManifest


@dataclass(frozen=True)
class Work:
    """What is to be judged of one entity.

    Attributes:
        landed: files whose rows the row rules judge; empty when only set rules are due.
        log: every file of the entity, for its newest versions.
        whole: judged from nothing, with no old verdict kept.
        compare: whether set rules are due, because the entity or a parent of it has new rows.
    """

    rules: EntityRules
    landed: list[RawFile]
    log: list[RawFile]
    whole: bool
    compare: bool

    @property
    def entity(self) -> str:
        return self.rules.name


def plan(rulebook: dict[str, EntityRules], manifest: RawManifest, judged: Judged) -> list[Work]:
    """Entities to judge, in name order; empty when nothing new landed and no rule changed."""
    logs = {entity: manifest.files_of(entity) for entity in rulebook}
    landed: dict[str, list[RawFile]] = {}
    whole: set[str] = set()
    for entity, rules in rulebook.items():
        state = judged.of(entity)
        if state.rules != rules.fingerprint:
            whole.add(entity)
        landed[entity] = [file for file in logs[entity] if entity in whole or file.load_seq > state.load_seq]
    work = []
    for entity, rules in sorted(rulebook.items()):
        if not logs[entity]:
            continue
        fresh = bool(landed[entity])
        parent_changed = any(landed.get(parent) for parent in rules.parents)
        compare = bool(rules.set_rules) and (fresh or parent_changed)
        if fresh or compare:
            work.append(Work(rules, landed[entity], logs[entity], entity in whole, compare))
    return work
