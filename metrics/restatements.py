"""What is known otherwise now than when its period was closed, and why.

The change of a figure is exact. Its cause is found in the change log: which rows came after closing that the metric
is computed from, and whether customers were merged or parted. Where more than one kind came, the cause is ``mixed``.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Protocol

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from metrics import no_value, restatement_amount, restatement_sql, tables
from metrics.catalogue import Catalogue
from metrics.definition import FISCAL, MetricDefinition
from metrics.rules import NUMBER
from warehouse.tables import as_reported_values
from warehouse.tables_identity import customer_key_history

_STAGED = re.compile(r"^stg_(crm|erp|service)__(.+)$")


class Change(Protocol):
    """Rows that came after ``since``; see ingestion.late_changes."""

    since: datetime
    entity: str
    kind: str
    event_month: date | None
    rows: int


def write_restatements(
    connection: duckdb.DuckDBPyConnection,
    store: sa.Engine,
    catalogue: Catalogue,
    late_changes: Callable[[Iterable[datetime]], Iterable[Change]],
    *,
    as_of: date,
    run_id: str,
) -> int:
    """Replaces metrics.metric_restatements, after metric_values are filled, and adds metric 93 to those. Returns the
    number of rows of metric_restatements.

    Args:
        late_changes: gives the rows that came after each of the moments when periods were closed.
    """
    with store.connect() as reading:
        reported = [tuple(row) for row in reading.execute(sa.select(*_reported_columns()))]
        moments = sorted({row[-1] for row in reported})
        merges = [(moment, _merged_records(reading, moment)) for moment in moments]
    _table(connection, "reported_figures", restatement_sql.REPORTED, reported)
    _table(connection, "merged_records", [("closed_at", pa.timestamp("us")), ("records", pa.int64())], merges)
    changes = [(one.since, one.entity, one.kind, one.event_month, one.rows) for one in late_changes(moments)]
    _table(connection, "late_changes", restatement_sql.CHANGES, changes)
    metrics = catalogue.metrics.values()
    rules = [_rules_of(metric) for metric in metrics]
    # a fiscal period is closed like any other, by the rules of its metric
    rules += [(name, FISCAL, *rest) for name, variant, *rest in rules if variant == "default"]
    _table(connection, "restated_metrics", restatement_sql.METRICS, rules)
    needs = sorted({(metric.published_as[0], entity) for metric in metrics for entity in entities_of(metric)})
    _table(connection, "metric_entities", [("metric_name", pa.string()), ("entity", pa.string())], needs)
    connection.execute("begin transaction")
    try:
        tables.create(connection, "metric_restatements")
        connection.execute(restatement_sql.WRITE, {"as_of": as_of, "run_id": run_id})
        restatement_amount.write(connection, catalogue, as_of=as_of, run_id=run_id)
        no_value.explain(connection, catalogue)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    return connection.execute("select count(*) from metrics.metric_restatements").fetchone()[0]


def entities_of(metric: MetricDefinition) -> list[str]:
    """Contract entities that a metric is computed from, by its lineage."""
    found = [_STAGED.match(model) for model in metric.lineage]
    return sorted(f"{'svc' if match[1] == 'service' else match[1]}_{match[2]}" for match in found if match)


def _rules_of(metric: MetricDefinition) -> tuple:
    governance = metric.governance
    is_sum = governance.additivity in ("additive", "semi_additive") and (metric.is_count or metric.is_money)
    is_flow_of_money = metric.is_money and governance.additivity == "additive"
    is_headline_money = governance.unit == "money" and not governance.supporting
    kinds = (is_sum, is_flow_of_money, governance.depends_on_identity, is_headline_money)
    return (*metric.published_as, *kinds, governance.version)


def _reported_columns() -> list[sa.Column]:
    columns = as_reported_values.c
    names = ("metric_name", "period_grain", "period_start", "dimension_name", "dimension_value", "variant")
    return [*(columns[name] for name in names), columns.definition_version, columns.value, columns.closed_at]


def _merged_records(reading: sa.Connection, moment: datetime) -> int:
    """Records that belong to another customer than they did at that moment."""
    now, then = customer_key_history.alias(), customer_key_history.alias()
    same = [now.c[name] == then.c[name] for name in ("source_system", "entity", "source_key")]
    query = (
        sa.select(sa.func.count())
        .select_from(now.join(then, sa.and_(*same)))
        .where(
            now.c.valid_to.is_(None),
            now.c.valid_from > moment,
            then.c.valid_from <= moment,
            then.c.valid_to > moment,
            now.c.customer_key != then.c.customer_key,
        )
    )
    return reading.execute(query).scalar_one()


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: list, rows: list[tuple]) -> None:
    schema = pa.schema([(column, NUMBER if kind is None else kind) for column, kind in columns])
    arrays = [pa.array([_fitting(row[index]) for row in rows], field.type) for index, field in enumerate(schema)]
    connection.register("rows_to_keep", pa.Table.from_arrays(arrays, schema=schema))
    connection.execute(f"create or replace temp table {name} as select * from rows_to_keep")
    connection.unregister("rows_to_keep")


def _fitting(value: object) -> object:
    """The store keeps nine decimals of a figure, of which metric_values has eight."""
    return value.quantize(tables.STEP) if hasattr(value, "quantize") else value
