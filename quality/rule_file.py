"""One file of quality/rules as a checked model: whose table, who owns it, the money behind its rows, its rules."""

from pydantic import Field, model_validator

from quality.rule import SET_KINDS, Part, Reason, Rule
from warehouse.errors import CmwError


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
        parents = [rule.name for rule in self.rules if rule.kind == "parent_exists"]
        if self.table and parents:
            raise ValueError(f"rule {parents[0]} is of raw entities; for a table use dbt's test relationships")
        return self

    def with_rules_of(self, other: "RuleFile") -> "RuleFile":
        """The two files of one table as one. Raises CmwError where a rule stands in both."""
        twice = sorted({rule.name for rule in self.rules} & {rule.name for rule in other.rules})
        if twice:
            raise CmwError(f"rule {twice[0]} of {self.subject} stands in two files", "Keep one of them")
        return self.model_copy(update={"rules": (*self.rules, *other.rules)})

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
