"""SQL of the rows behind a figure, made from the metric's own definition; the same rows that the figure came from."""

import duckdb

from metrics.explained_period import ExplainedPeriod
from metrics.row_source import RowSource
from metrics.tables import NUMBER
from warehouse.errors import CmwError

# Names that no column of a table has.
AMOUNT, DAY = "explained_amount", "explained_day"
SQL_NAMES = {"average": "avg"}  # of MetricFlow's aggregations; the others have one name in both
_ADDED = ("sum", "count")


def scoped(source: RowSource, period: ExplainedPeriod, dimension: str) -> str:
    """Select of the table's rows of a period and member with the columns AMOUNT and DAY.

    Parameters: start, end, and member unless the dimension is 'total'.
    """
    grain = f" and {source.grain_column} = '{period.rows_grain or period.grain}'" if source.grain_column else ""
    grain += f" and {source.condition}" if source.condition else ""
    rows = (
        f"select *, ({source.expression}) as {AMOUNT}, cast({source.date_expression} as date) as {DAY}"
        f" from {source.table} where {source.date_expression} >= $start and {source.date_expression} < $end{grain}"
    )
    conditions = []
    closing = source.closing or period.closing
    if closing:
        # of all members: one that has no row on the last day of the period counts nothing
        conditions.append(f"{DAY} = (select {closing}({DAY}) from in_period)")
    if dimension != "total":
        conditions.append(f"coalesce(cast({_member(source, dimension)} as varchar), 'unknown') = $member")
    where = f" where {' and '.join(conditions)}" if conditions else ""
    return f"with in_period as ({rows}) select * from in_period{where}"


def total_query(source: RowSource, period: ExplainedPeriod, dimension: str) -> str:
    """One row: the aggregate, and the number of rows that it runs over."""
    aggregate = f"{SQL_NAMES.get(source.aggregation, source.aggregation)}({AMOUNT})"
    if source.aggregation == "percentile":
        aggregate = f"quantile_cont({AMOUNT}, {source.percentile})"
    return f"select cast({aggregate} as {NUMBER}), count(*) from ({scoped(source, period, dimension)})"


def rows_query(
    connection: duckdb.DuckDBPyConnection, source: RowSource, period: ExplainedPeriod, dimension: str
) -> str:
    """Rows that count, largest first: key columns, source system, document, date, amount (1 each where rows are
    counted). Rows that add nothing to a sum are left out."""
    columns = [row[0] for row in connection.execute(f"describe {source.table}").fetchall()]
    named = [column for column in columns if column in source.key_columns]
    customer = ["customer_key"] if "customer_key" in columns and "customer_key" not in named else []
    amount = "1" if source.aggregation == "count" else AMOUNT
    document = next((name for name in named if name.endswith("_key") and name != "customer_key"), None)
    shown = [*named, *customer]
    if document:
        # a warehouse key is the source system and the key in it
        shown += [
            f"case when contains({document}, '|') then split_part({document}, '|', 1) end as source_system",
            f"substr({document}, strpos({document}, '|') + 1) as document",
        ]
    nothing = f" and {AMOUNT} <> 0" if source.aggregation == "sum" else ""
    order = ", ".join(["abs(amount) desc", *named]) if source.aggregation in _ADDED else ", ".join(["amount", *named])
    return (
        f"select {', '.join([*shown, f'{DAY} as date', f'cast({amount} as {NUMBER}) as amount'])}"
        f" from ({scoped(source, period, dimension)}) where {AMOUNT} is not null{nothing} order by {order}"
    )


def _member(source: RowSource, dimension: str) -> str:
    known = dict(source.dimensions)
    if dimension not in known:
        raise CmwError(f"{dimension} is no dimension of {source.table}", f"Take one of {', '.join(sorted(known))}")
    return known[dimension]
