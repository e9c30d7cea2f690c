"""What a metric's ``config.meta`` must say beside its MetricFlow definition, as a checked model.

MetricFlow knows the formula, the English label and the English description; everything here is
what it does not know. Unknown keys are refused, so that a typing error cannot pass for a rule.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from metrics.absences import check_all_are_said, reasons_apart
from metrics.judged_by import check_judged_by
from warehouse.chinese import Chinese, ChineseOrNone

Grain = Literal["day", "week", "month", "quarter", "year"]
Direction = Literal["higher_better", "lower_better", "in_band"]
Module = Literal[
    "acquisition", "conversion", "retention", "value", "churn_warning", "finance", "lifecycle", "service", "governance"
]
COUNT_UNITS = (
    "customers", "leads", "opportunities", "orders", "tickets", "cells", "entries", "records", "alerts",
    "count",
)  # fmt: skip
Unit = Literal[
    "customers", "leads", "opportunities", "orders", "tickets", "cells", "entries", "records", "alerts", "count",
    "money", "money_days", "rate", "times", "days", "hours", "months", "points",
]  # fmt: skip
INVARIANTS = tuple(f"I{number}" for number in range(1, 24))


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Target(_Part):
    """A value to reach, for one grain and scope, from a period on. Company targets from the CRM override it."""

    grain: Grain
    value: Decimal
    dimension: str = "total"
    member: str = "total"
    valid_from: date = date(1900, 1, 1)
    origin: str = Field(min_length=1)


class Limit(_Part):
    """Limits beyond which somebody must act: one number, or [low, high] for a metric kept in a band."""

    grains: tuple[Grain, ...] = ()
    dimensions: tuple[str, ...] = ()
    warning: Decimal | tuple[Decimal, Decimal] | None = None
    critical: Decimal | tuple[Decimal, Decimal] | None = None
    origin: str = Field(min_length=1)

    @model_validator(mode="after")
    def _some_limit(self) -> "Limit":
        if self.warning is None and self.critical is None:
            raise ValueError("a limit needs a warning or a critical value")
        return self


class Benchmark(_Part):
    """A number from outside. ``unknown`` says what its source leaves open; it is compared at ``grains`` only."""

    value: Decimal
    source: str = Field(min_length=1)
    unknown: str = Field(min_length=1)
    grains: tuple[Grain, ...] = ()


class LooksBack(_Part):
    """The days before the start or end of a period that its figure looks back on; null: one activity window (R12)."""

    at: Literal["start", "end"]
    days: int | None = Field(default=None, gt=0)


class Governance(_Part):
    """The meta block of one metric. ``supporting`` marks a numerator, denominator or base of another metric.

    ``share_of_total``: the denominator is that of the total, so that the members of a dimension sum to 1.
    ``variant_of``, ``variant``: a supporting metric that is published as a variant of a headline metric, by that name.
    ``new_within_months``: of a metric that asks for customers' starts: how many months before its period they may lie.
        Null (immature) as long as that reaches back to where the record does not prove a start.
    ``looks_back``: of who was active or bought before: null (immature) as long as the record does not reach so far.
    ``window_months``: how many whole months before the running one its rows go back to; a month, quarter or year that
        begins earlier would be made of a part of its days, and is not published.
    ``depends_on_identity``: of a sum of money: its total is another one once two customers are merged, as that of first
        purchases is and that of all revenue is not.
    ``computed_from``: the table of schema metrics that it comes from, where that is not MetricFlow's.
    ``lower``, ``upper``: metrics that are the ends of the interval of an estimate.
    ``absent``: of targets, limits, benchmark and minimum_base those that there are none of, each with the reason.
    ``required_inputs``: entities, columns or codes; ``activity`` and ``revenue_base`` are by the company's profile.
    ``empty_reason``: what it means that there is no figure, or nothing to divide by.
    """

    supporting: bool = False
    number: str = ""
    label_zh: str = Field(min_length=1)
    description_zh: Chinese
    level: Literal["strategic", "management", "execution"]
    module: Module
    owner: str = Field(min_length=1)
    deputy: str = ""
    direction: Direction
    unit: Unit
    additivity: Literal["additive", "semi_additive", "ratio", "non_additive"]
    grains: tuple[Grain, ...] = ()
    dimensions: tuple[str, ...] = ()
    minimum_base: Annotated[int, Field(ge=0)] | Literal["company"] | None = None
    base: str = ""
    share_of_total: bool = False
    variant_of: str = ""
    variant: str = Field(default="", pattern=r"^[a-z][a-z0-9_]*$|^$")
    computed_from: Literal["", "metric_restatements"] = ""
    lower: str = ""
    upper: str = ""
    empty_reason: Literal["no_base", "no_losses", "no_control", "immature"] = "no_base"
    matures_after_days: int = Field(default=0, ge=0)
    new_within_months: int | None = Field(default=None, ge=0)
    looks_back: LooksBack | None = None
    window_months: int | None = Field(default=None, gt=0)
    depends_on_identity: bool = False
    targets: tuple[Target, ...] = ()
    limits: tuple[Limit, ...] = ()
    benchmark: Benchmark | None = None
    invariants: tuple[str, ...] = Field(min_length=1)
    version: int = Field(ge=1)
    absent: dict[str, str] = Field(default_factory=dict)
    action: str = ""
    action_zh: ChineseOrNone = ""
    required_inputs: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _reasons_apart(cls, data: object) -> object:
        return reasons_apart(data)

    @field_validator("number", mode="before")
    @classmethod
    def _number_as_text(cls, value: object) -> object:
        text = str(value)
        if text and not re.fullmatch(r"[A-Z]?\d+[a-z]?", text):
            raise ValueError(f"{text!r} is none, such as C1, 62 or 62a")
        return text

    @field_validator("invariants")
    @classmethod
    def _known_invariants(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for item in value:
            if re.fullmatch(r"I\d+", item) and item not in INVARIANTS:
                raise ValueError(f"{item} is no invariant; the catalogue has I1 to I{len(INVARIANTS)}")
        return value

    @model_validator(mode="after")
    def _headline_metrics_are_complete(self) -> "Governance":
        if not self.supporting:
            for key in ("number", "grains", "action", "action_zh", "required_inputs"):
                if not getattr(self, key):
                    raise ValueError(f"{key} is missing; only a supporting metric may leave it out")
            check_all_are_said(self.model_fields_set, self.absent)
        if bool(self.variant_of) != bool(self.variant) or (self.variant_of and not self.supporting):
            raise ValueError("a variant is a supporting metric with variant_of and variant")
        if bool(self.lower) != bool(self.upper):
            raise ValueError("an interval has two ends; name lower and upper")
        check_judged_by(self)
        return self
