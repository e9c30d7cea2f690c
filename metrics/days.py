"""What each additive metric adds on each day, from the rows that it is the sum of: for sums that end on any day."""

from collections.abc import Iterable

import duckdb

from metrics.definition import MetricDefinition
from metrics.documents import based
from metrics.tables import NUMBER

# Dates that stand for a month, or for the day of the run, and not for the day on which something happened.
_NO_DAYS = ("month_start", "cohort_month", "period_start", "as_of_date", "warning_date", "snapshot_date")


def register(connection: duckdb.DuckDBPyConnection, metrics: Iterable[MetricDefinition]) -> None:
    """Creates the temporary table metric_days (metric_name, day, value, is_of_documents) of those whose rows know
    their day. Where the rows are months of customers it takes the documents that these are the sum of, if any.
    """
    connection.execute(
        "create or replace temp table metric_days"
        f" (metric_name varchar, day date, value {NUMBER}, is_of_documents boolean)"
    )
    for metric in metrics:
        rows = _rows(metric)
        if rows:
            connection.execute(
                f"insert into metric_days select '{metric.name}', day, cast(sum(amount) as {NUMBER}),"
                f" {metric.rows.date_expression in _NO_DAYS} from ({rows})"
                " where day is not null and amount is not null group by day"
            )


def _rows(metric: MetricDefinition) -> str:
    """Select of day and amount; '' for a metric that cannot be cut at a day."""
    source = metric.rows
    if metric.governance.additivity != "additive" or source is None or source.aggregation not in ("sum", "count"):
        return ""
    if source.date_expression not in _NO_DAYS:
        amount = source.expression
        if source.aggregation == "count":
            amount = f"case when {source.expression} is not null then 1 end"
        where = f" where {source.condition}" if source.condition else ""
        return f"select cast({source.date_expression} as date) as day, {amount} as amount from {source.table}{where}"
    if source.grain_column or any(piece["date"] in _NO_DAYS for piece in source.documents):
        return ""
    return " union all ".join(_piece(piece) for piece in source.documents)


def _piece(piece: dict) -> str:
    day = f"documents.{piece['date']}"
    where = f" where {piece['where']}" if piece.get("where") else ""
    joined = f"{piece['table']} as documents{based(piece, day)}"
    return f"select {day} as day, {piece['amount']} as amount from {joined}{where}"
