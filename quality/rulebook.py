"""Reads the rule files: which rules hold for which table, who owns them, and whether they changed."""

import hashlib
import re
from pathlib import Path

from pydantic import Field, model_validator

from quality.rule import ROW_KINDS, SET_KINDS, TABLE_KINDS, Part, Reason, Rule
from warehouse.errors import CmwError
from warehouse.yaml_files import load_model

RULES = Path(__file__).parent / "rules"
COMMON = "_every_entity.yml"
WORD = re.compile(r"\w+")


class Money(Part):
    """The amount behind a row.

    ``column`` is a column or a SQL expression. ``header`` names the entity whose row holds the currency of a line;
    ``lines`` the entity whose rows add up to the amount of a header. ``currency: ledger`` is the ledger's own.
    """

    column: str
    currency: str = "currency"
    header: str = ""
    header_key: str = ""
    lines: str = ""


class RuleFile(Part):
    """The rules of one raw entity or one warehouse table; the common file has no entity of its own.

    ``key`` is the grain of a warehouse table, which is checked without being asked for.
    """

    entity: str = ""
    table: str = ""
    key: tuple[str, ...] = ()
    owner: str = Field(min_length=2)
    money: Money | None = None
    control_sums: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _names_once(self) -> "RuleFile":
        names = [rule.name for rule in self.expanded()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"rule {twice[0]} is there twice")
        return self

    @model_validator(mode="after")
    def _row_verdicts_look_at_one_row(self) -> "RuleFile":
        wrong = [rule.name for rule in self.rules if rule.kind in SET_KINDS and rule.severity == "critical"]
        if self.entity and wrong:
            raise ValueError(
                f"rule {wrong[0]} looks at several rows and may only warn; "
                "a raw row is held back for what stands in that row alone"
            )
        if self.table and not self.key:
            raise ValueError("a warehouse table needs its key")
        return self

    @property
    def subject(self) -> str:
        return self.entity or self.table

    def expanded(self) -> list[Rule]:
        """One rule per column, each with its owner; a warehouse table's grain first."""
        grain = [_grain_filled(self.key), _grain_unique(self.key)] if self.table else []
        return [rule.model_copy(update={"owner": self.owner}) for rule in grain] + [
            single.model_copy(update={"owner": single.owner or self.owner})
            for rule in self.rules
            for single in rule.per_column()
        ]


def _grain_filled(key: tuple[str, ...]) -> Rule:
    return Rule(
        name="grain_empty",
        kind="row_condition",
        condition=" and ".join(f'"{column}" is not null' for column in key),
        dimension="completeness",
        severity="critical",
        reason=Reason(en=f"Every row names its {', '.join(key)}", zh=f"每行必须有{', '.join(key)}"),
    )


def _grain_unique(key: tuple[str, ...]) -> Rule:
    return Rule(
        name="grain_not_unique",
        kind="unique",
        columns=tuple(f'"{column}"' for column in key),
        dimension="uniqueness",
        severity="critical",
        reason=Reason(en=f"There is one row per {', '.join(key)}", zh=f"每个{', '.join(key)}只能有一行"),
    )


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
    return found


def load_mart_rules(folder: Path = RULES / "marts") -> dict[str, EntityRules]:
    """Rules by warehouse table (schema.table)."""
    found: dict[str, EntityRules] = {}
    for path in sorted(folder.glob("[!_]*.yml")):
        file = load_model(path, RuleFile)
        if file.table != path.stem:
            raise CmwError(f"{path} holds rules of {file.table or 'no table'!r}", "Name the file <schema>.<table>.yml")
        found[file.table] = EntityRules(file)
    return found
