"""The rows whose sum, count or median a published figure is, out of the published tables alone."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import duckdb

from metrics import row_source
from metrics.definition import FISCAL, TO_DATE, WITHOUT_INPUT
from metrics.documents import documents_of
from metrics.explained_period import ExplainedPeriod, up_to
from metrics.fiscal import fiscal_period
from metrics.rows_sql import rows_query, total_query
from metrics.show import check_scope, definition, published_variant
from warehouse.errors import CmwError

# A fiscal period is made of months, each rounded to eight digits; money and counts have fewer.
_ROUNDED_MONTHS = Decimal("1e-8") * 12
_ROLES = (("numerator", "numerator_metric"), ("denominator", "denominator_metric"))


@dataclass(frozen=True)
class Part:
    """One figure and its rows. ``total`` is computed from the rows; ``published`` is what metric_values says, None
    where it says nothing (``reason``), ``tolerance`` how far rounding may part the two. ``documents`` are what the rows
    are sums of, where they are no documents; those of money leave a rest that is bridged or allocated."""

    role: str
    metric_name: str
    what: str
    table: str
    published: Decimal | None
    reason: str | None
    total: Decimal | None
    rows: list[dict[str, Any]]
    rows_without_amount: int
    documents: list[dict[str, Any]]
    documents_total: Decimal | None
    unit: str = ""
    tolerance: Decimal = Decimal(0)

    @property
    def agrees(self) -> bool | None:
        """Whether the rows give the published figure; None where nothing is published."""
        if self.published is None:
            return None
        return self.total is not None and abs(self.total - self.published) <= self.tolerance

    @property
    def documents_agree(self) -> bool:
        """Whether documents that are counted are as many as their rows say; money may be bridged, hours are rounded."""
        return not self.documents or self.unit in ("money", "hours") or self.documents_total == self.total


def explain(
    name: str,
    connection: duckdb.DuckDBPyConnection,
    period: ExplainedPeriod,
    dimension: str = "total",
    member: str = "total",
    variant: str = "",
) -> dict[str, Any]:
    """The published row of metric_values under ``figure`` and its ``parts``: numerator and denominator of a ratio,
    the inputs of a derived metric, else the one sum. Raises CmwError for a figure that is not published.

    Args:
        variant: to_date, fiscal, or one that the metric has by name; '' or default for the metric itself.
    """
    metric, published = published_variant(name, connection, variant)
    name = metric["metric_name"]
    if variant == FISCAL:
        period = fiscal_period(connection, name, period, is_balance=metric["additivity"] == "semi_additive")
    figure = _figure(connection, published, period, dimension, member)
    if variant == TO_DATE:
        period = up_to(period, figure["as_of"])
    if metric["metric_type"] == WITHOUT_INPUT:
        raise CmwError(f"{name} has no rows: {metric['missing_input']} is missing", "Connect a source that brings it")
    parts = []
    if metric["numerator_metric"]:
        for role, column in _ROLES:
            # a share is divided by the total: its denominator is of all members
            is_of_total = role == "denominator" and metric["is_share_of_total"]
            scope = ("total", "total") if is_of_total else (dimension, member)
            parts.append(_part(connection, role, metric[column], period, *scope, figure[role], figure["null_reason"]))
    else:
        source = row_source.read(connection, name)
        if source.aggregation == row_source.DERIVED:
            for one in source.inputs:
                parts.append(_part(connection, "input", one, period, dimension, member, None, "input of a formula"))
        else:
            parts.append(
                _part(connection, "value", name, period, dimension, member, figure["value"], figure["null_reason"])
            )
    if variant == FISCAL:
        parts = [replace(part, tolerance=_ROUNDED_MONTHS) for part in parts]
    return {"figure": figure, "formula": metric["formula"], "additivity": metric["additivity"], "parts": parts}


def _part(
    connection: duckdb.DuckDBPyConnection,
    role: str,
    name: str,
    period: ExplainedPeriod,
    dimension: str,
    member: str,
    published: Decimal | None,
    reason: str | None,
) -> Part:
    source = row_source.read(connection, name)
    parameters = {**period.parameters(), **({} if dimension == "total" else {"member": member})}
    found = connection.execute(total_query(source, period, dimension), parameters).fetchone()
    listed = _rows(connection, rows_query(connection, source, period, dimension), parameters)
    documents = documents_of(connection, source, period, dimension, parameters)
    return Part(
        role=role,
        metric_name=name,
        what=f"{source.aggregation} of {source.expression}",
        table=source.table,
        published=published,
        reason=reason,
        # no rows: a sum is nothing, a median is not known
        total=Decimal(0) if found[0] is None and source.aggregation in ("sum", "count") else found[0],
        rows=listed,
        rows_without_amount=found[1] - len(listed),
        documents=documents,
        documents_total=sum((row["amount"] for row in documents), Decimal(0)) if documents else None,
        unit=definition(name, connection)["unit"],
    )


def _figure(
    connection: duckdb.DuckDBPyConnection,
    published: dict[str, str],
    period: ExplainedPeriod,
    dimension: str,
    member: str,
) -> dict[str, Any]:
    found = _rows(
        connection,
        "select * from metrics.metric_values where metric_name = $name and variant = $variant and period_grain = $grain"
        " and period_start = $start and dimension_name = $dimension and dimension_value = $member",
        {
            **published,
            "grain": period.grain,
            "start": period.start,
            "dimension": dimension,
            "member": member,
        },
    )
    if not found:
        name = published["name"]
        if published["variant"] == "default":
            check_scope(definition(name, connection), period.grain, dimension, connection)
        scope = "in total" if dimension == "total" else f"for {dimension} {member}"
        raise CmwError(
            f"{name} has no figure {scope} for the {period.grain} from {period.start}"
            + ("" if published["variant"] == "default" else f" in the variant {published['variant']}"),
            f"See what there is with `cmw metrics values {name} --grain {period.grain} --by {dimension}"
            + ("`" if published["variant"] == "default" else f" --variant {published['variant']}`"),
        )
    return found[0]


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    result = connection.execute(sql, parameters)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
