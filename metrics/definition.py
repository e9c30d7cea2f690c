"""One metric as the warehouse uses it: MetricFlow's definition joined with its governance."""

from dataclasses import dataclass, field
from functools import cached_property

from metrics.governance import COUNT_UNITS, Governance, Grain
from metrics.row_source import RowSource

# Kinds that MetricFlow does not know: what lacks an input, and what is computed from the restatements of the others.
WITHOUT_INPUT, RESTATEMENTS = "without_input", "restatements"
# Variants that the warehouse makes of every metric that can have them.
TO_DATE, FISCAL = "to_date", "fiscal"
INPUT_ROLES = ("value", "numerator", "denominator", "base", "lower", "upper")


@dataclass(frozen=True)
class MetricDefinition:
    """Attributes:
    kind: MetricFlow's type: simple, ratio, derived, cumulative, conversion; or one of those above.
    model: the one semantic model that its measures come from.
    entity: that model's primary entity, which prefixes its dimensions.
    grain_dimension: the column that holds the rows' period grain, where a model has several ('' else).
    base: metric whose value R11's minimum applies to; '' where no minimum is meant.
    grains: of the metric, and of all that are computed from it.
    dimensions: by which it is published beside the total; of_users: by which others that it is a part of are, and in
        whose rows its figures stand as numerator, denominator or base.
    definition_text: all of MetricFlow's definition that can change the value, for its fingerprint.
    lineage: names of the dbt models upstream, nearest first.
    sql_fingerprint, settings_used: of the SQL between it and the facts, and the company's settings that they read.
    rows: where the rows stand that it aggregates; None for a ratio or a metric without input.
    path: file of the definition, relative to the dbt project.
    """

    name: str
    label: str
    description: str
    kind: str
    formula: str
    governance: Governance
    model: str
    entity: str
    path: str
    grain_dimension: str = ""
    numerator: str = ""
    denominator: str = ""
    base: str = ""
    grains: tuple[Grain, ...] = ()
    dimensions: tuple[str, ...] = ()
    of_users: tuple[str, ...] = ()
    definition_text: str = field(default="", compare=False, repr=False)
    lineage: tuple[str, ...] = field(default=(), compare=False)
    sql_fingerprint: str = field(default="", compare=False)
    settings_used: tuple[str, ...] = field(default=(), compare=False)
    rows: RowSource | None = field(default=None, compare=False, repr=False)

    @property
    def published_as(self) -> tuple[str, str]:
        """metric_name and variant of its rows in metric_values."""
        return self.governance.variant_of or self.name, self.governance.variant or "default"

    @property
    def is_money(self) -> bool:
        return self.governance.unit in ("money", "money_days")

    @property
    def is_count(self) -> bool:
        return self.governance.unit in COUNT_UNITS

    @cached_property
    def inputs(self) -> dict[str, str]:
        """Role to the name of the metric that MetricFlow compiles for it."""
        roles = (
            {"numerator": self.numerator, "denominator": self.denominator}
            if self.kind == "ratio"
            else {"value": self.name}
        )
        more = {"base": self.base, "lower": self.governance.lower, "upper": self.governance.upper}
        return {**roles, **{role: name for role, name in more.items() if name}}

    def scopes(self) -> list[tuple[str, str]]:
        """(grain, dimension) pairs that are published. Days are computed in total only."""
        return self._by(self.dimensions)

    def computed_scopes(self) -> list[tuple[str, str]]:
        """Those that are published, and those that metrics which it is a part of need."""
        return self._by(tuple(sorted({*self.dimensions, *self.of_users})))

    def _by(self, dimensions: tuple[str, ...]) -> list[tuple[str, str]]:
        return [
            (grain, dimension)
            for grain in self.grains
            for dimension in ("total", *(() if grain == "day" else dimensions))
        ]
