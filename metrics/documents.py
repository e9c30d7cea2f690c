"""The documents that a customer's month is the sum of: entries, invoices, receipts, as the semantic model names them.

A semantic model over customers and months says under ``config.meta.documents`` of what each column is made:
pieces with table, key, date and amount, and optionally where, and basis (only where the customer's month rests on
it, rule R7).
"""

from typing import Any

import duckdb

from metrics.explained_period import ExplainedPeriod
from metrics.row_source import RowSource
from metrics.rows_sql import DAY, scoped
from metrics.tables import NUMBER


def documents_of(
    connection: duckdb.DuckDBPyConnection,
    source: RowSource,
    period: ExplainedPeriod,
    dimension: str,
    parameters: dict[str, Any],
) -> list[dict[str, Any]]:
    """Rows with table_name, key, source_system, document, customer_key, date and amount, largest first."""
    if not source.documents:
        return []
    pieces = "\nunion all\n".join(_piece(piece, source) for piece in source.documents)
    query = f"""
        with members as (
            select distinct customer_key, {DAY} as month_start from ({scoped(source, period, dimension)})
        ),
        context as (select max(as_of) as as_of from metrics.metric_values),
        pieces as ({pieces})
        select * from pieces where amount <> 0 order by abs(amount) desc, table_name, key, date
    """
    result = connection.execute(query, parameters)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def based(piece: dict[str, Any], day: str) -> str:
    """Join that keeps of ``documents`` those on which the customer's month rests; '' where all count."""
    if not piece.get("basis"):
        return ""
    return (
        " inner join core.customer_months as based on based.customer_key = documents.customer_key"
        f" and based.month_start = cast(date_trunc('month', {day}) as date)"
        f" and based.revenue_basis = '{piece['basis']}'"
    )


def _piece(piece: dict[str, Any], source: RowSource) -> str:
    """Select of one piece: the documents of the members in their months, or in the whole period."""
    day, key = f"documents.{piece['date']}", f"documents.{piece['key']}"
    conditions = [f"{day} < $end", f"{day} <= context.as_of"]
    members = "select distinct customer_key from members"
    if source.grain_column:
        conditions.append(f"{day} >= $start")
    else:
        # segments are those of each month: a customer may be a member in one and not in the next
        members = "select distinct customer_key, month_start from members"
        conditions.append(f"cast(date_trunc('month', {day}) as date) = members.month_start")
    if piece.get("where"):
        conditions.append(f"({piece['where']})")
    return f"""
        select
            '{piece["table"]}' as table_name, {key} as key,
            case when contains({key}, '|') then split_part({key}, '|', 1) end as source_system,
            substr({key}, strpos({key}, '|') + 1) as document, documents.customer_key, {day} as date,
            cast({piece["amount"]} as {NUMBER}) as amount
        from {piece["table"]} as documents
        inner join ({members}) as members on members.customer_key = documents.customer_key
        cross join context{based(piece, day)}
        where {" and ".join(conditions)}"""
