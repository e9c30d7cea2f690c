"""One quality rule as written in YAML, checked when it is read."""

from datetime import date
from decimal import Decimal
from typing import Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field, model_validator

from warehouse.chinese import Chinese

Dimension = Literal["completeness", "validity", "uniqueness", "consistency", "timeliness", "accuracy", "integrity"]
RowKind = Literal[
    "not_null", "no_rejected_values", "in_set", "between", "matches", "placeholder", "possible_date", "date_order",
    "currency", "made_up_phone", "made_up_tax_id", "row_condition",
]  # fmt: skip
SetKind = Literal["unique", "parent_exists"]
TableKind = Literal[
    "volume_drop",
    "freshness",
    "loaded",
    "load_findings",
    "orphan_rate",
    "held_rate",
    "late_rows",
    "not_empty",
    "invariant",
]
Kind = Literal[RowKind, SetKind, TableKind]
ROW_KINDS = frozenset(RowKind.__args__)
SET_KINDS = frozenset(SetKind.__args__)
TABLE_KINDS = frozenset(TableKind.__args__)

# What each kind cannot do without.
NEEDS: dict[str, tuple[str, ...]] = {
    "not_null": ("columns",),
    "in_set": ("columns", "values"),
    "between": ("columns",),
    "matches": ("columns", "pattern"),
    "placeholder": ("columns",),
    "made_up_phone": ("columns",),
    "made_up_tax_id": ("columns",),
    "currency": ("columns",),
    "possible_date": ("columns",),
    "date_order": ("earlier", "later"),
    "row_condition": ("condition",),
    "unique": ("columns",),
    "parent_exists": ("columns", "parent"),
    "volume_drop": ("maximum_rate",),
    "orphan_rate": ("maximum_rate", "of_rule"),
    "held_rate": ("maximum_rate",),
    "late_rows": ("columns", "maximum_days"),
    "invariant": ("sql",),
}
# Kinds of which a rule with several columns is one rule per column.
PER_COLUMN = frozenset({
    "not_null", "in_set", "between", "matches", "placeholder", "made_up_phone", "made_up_tax_id", "currency",
    "possible_date", "parent_exists",
})  # fmt: skip


def _check_sql(where: str, condition: str) -> None:
    """A condition that does not parse would stop the run at the table, without the rule's name."""
    try:
        statements = duckdb.extract_statements(f"select ({condition or 'true'})")
    except duckdb.Error as error:
        raise ValueError(f"{where} is no SQL condition: {str(error).splitlines()[0]}") from None
    if len(statements) != 1:
        raise ValueError(f"{where} is more than one SQL condition")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reason(Part):
    """Why the rule is there; ``{column}`` stands for the column."""

    en: str = Field(min_length=3)
    zh: Chinese


class Parent(Part):
    """Where the parent of a row lives. ``same_source: false`` looks for the key in every source system."""

    entity: str
    column: str
    same_source: bool = True


class Rule(Part):
    """A rule. Row kinds look at one row, set kinds at the newest versions together, table kinds at counts.

    ``where`` limits the rows that a rule is about. A condition that is unknown (null) counts as met, so that
    an empty optional column is not a defect; ``not_null`` says when it is. An invariant compares whole tables.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Kind
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    pattern: str = ""
    not_before: date = date(1990, 1, 1)
    days_ahead: int | None = Field(default=None, description="null: the date may lie in the future")
    earlier: str = ""
    later: str = ""
    condition: str = ""
    parent: Parent | None = None
    where: str = ""
    maximum_rate: Decimal | None = None
    maximum_days: int | None = None
    minimum_rows: int = 0
    of_rule: str = ""
    sql: str = Field(default="", description="one row per group: key and difference, which must be exactly zero")
    invariant: str = Field(default="", pattern=r"^(I\d+)?$")
    dimension: Dimension
    severity: Literal["critical", "warning"]
    owner: str = ""
    reason: Reason
    version: int = Field(default=1, ge=1)
    breaks_table: bool = False

    @model_validator(mode="after")
    def _complete(self) -> "Rule":
        for key in NEEDS.get(self.kind, ()):
            if getattr(self, key) in (None, "", ()):
                raise ValueError(f"rule {self.name}: kind {self.kind} needs {key}")
        if self.kind == "between" and self.minimum is None and self.maximum is None:
            raise ValueError(f"rule {self.name}: kind between needs minimum or maximum")
        if self.breaks_table and self.kind not in TABLE_KINDS:
            raise ValueError(f"rule {self.name}: only a table rule can break the table")
        for key in ("condition", "where"):
            _check_sql(f"rule {self.name}: {key}", getattr(self, key))
        return self

    def per_column(self) -> list["Rule"]:
        """The rule for each of its columns alone, named <column>_<name>."""
        if self.kind not in PER_COLUMN:
            return [self]
        return [
            self.model_copy(
                update={
                    "name": f"{column}_{self.name}",
                    "columns": (column,),
                    "reason": Reason(
                        en=self.reason.en.replace("{column}", column), zh=self.reason.zh.replace("{column}", column)
                    ),
                }
            )
            for column in self.columns
        ]
