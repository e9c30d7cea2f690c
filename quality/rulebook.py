"""Reads the rule files: which rules hold for which table, who owns them, and whether they changed."""

import hashlib
import re
from pathlib import Path

from quality.rule import ROW_KINDS, SET_KINDS, TABLE_KINDS, Rule
from quality.rule_file import RuleFile
from warehouse.errors import CmwError
from warehouse.yaml_files import load_model

RULES = Path(__file__).parent / "rules"
COMMON = "_every_entity.yml"
WORD = re.compile(r"\w+")


class EntityRules:
    """The rules that hold for one table: its own and the common ones."""

    def __init__(self, file: RuleFile, common: tuple[Rule, ...] = ()) -> None:
        self.file = file
        self.name = file.subject
        self.owner = file.owner
        own = file.expanded()
        taken = {rule.name for rule in own}
        # An entity file overrides a common rule by using its name.
        shared = [single for rule in common for single in rule.per_column() if single.name not in taken]
        self.rules = own + [rule.model_copy(update={"owner": file.owner}) for rule in shared]
        names = {rule.name: rule for rule in self.rules}
        for rule in self.rules:
            if rule.of_rule and names.get(rule.of_rule, rule).kind != "parent_exists":
                raise CmwError(
                    f"Quality rule {self.name}.{rule.name} counts the failures of {rule.of_rule}, "
                    "which is no parent_exists rule of that table",
                    f"Correct of_rule in quality/rules/raw/{self.name}.yml",
                )

    def of_kinds(self, kinds: frozenset[str]) -> list[Rule]:
        return [rule for rule in self.rules if rule.kind in kinds]

    @property
    def row_rules(self) -> list[Rule]:
        return self.of_kinds(ROW_KINDS)

    @property
    def set_rules(self) -> list[Rule]:
        return self.of_kinds(SET_KINDS)

    @property
    def table_rules(self) -> list[Rule]:
        return self.of_kinds(TABLE_KINDS)

    @property
    def parents(self) -> set[str]:
        return {rule.parent.entity for rule in self.rules if rule.parent}

    @property
    def fingerprint(self) -> str:
        """Changes when a row or set rule changes in anything but its words or owner."""
        judged = [
            rule.model_dump_json(exclude={"reason", "owner"})
            for rule in sorted(self.row_rules + self.set_rules, key=lambda rule: rule.name)
        ]
        return hashlib.sha256("\n".join(judged).encode()).hexdigest()[:16]


def words_by_entity(rulebook: dict[str, EntityRules]) -> dict[str, set[str]]:
    """Every word in the set rules about an entity, among which are the columns that they compare."""
    words: dict[str, set[str]] = {}
    for entity, rules in rulebook.items():
        for rule in rules.set_rules:
            words.setdefault(entity, set()).update(WORD.findall(" ".join((*rule.columns, rule.where))))
            if rule.parent:
                words.setdefault(rule.parent.entity, set()).add(rule.parent.column)
    return words


def load_raw_rules(folder: Path = RULES / "raw") -> dict[str, EntityRules]:
    """Rules by raw entity. Raises CmwError that names the file and the key at fault."""
    common = load_model(folder / COMMON, RuleFile).rules
    found: dict[str, EntityRules] = {}
    for path in sorted(folder.glob("[!_]*.yml")):
        file = load_model(path, RuleFile)
        if file.entity != path.stem:
            raise CmwError(f"{path} holds rules of {file.entity or 'no entity'!r}", "Name the file after its entity")
        found[file.entity] = EntityRules(file, common)
    for entity, rules in found.items():
        for rule in rules.rules:
            if rule.parent and rule.parent.entity not in found:
                raise CmwError(
                    f"Quality rule {entity}.{rule.name}: the parent's entity {rule.parent.entity!r} has no rules",
                    f"Correct parent: in quality/rules/raw/{entity}.yml",
                )
    return found


def load_mart_rules(folder: Path = RULES / "marts") -> dict[str, EntityRules]:
    """Rules by warehouse table (schema.table). A table with many of them has several files: schema.table.<part>.yml."""
    found: dict[str, RuleFile] = {}
    for path in sorted(folder.glob("[!_]*.yml")):
        file = load_model(path, RuleFile)
        if not file.table or not f"{path.stem}.".startswith(f"{file.table}."):
            raise CmwError(f"{path} holds rules of {file.table or 'no table'!r}", "Name the file <schema>.<table>.yml")
        first = found.get(file.table)
        found[file.table] = first.with_rules_of(file) if first else file
    return {table: EntityRules(file) for table, file in found.items()}
