"""The definitions as small temporary tables, so that values are judged by set-based SQL."""

from collections.abc import Iterable
from decimal import Decimal

import duckdb
import pyarrow as pa

from metrics.definition import RESTATEMENTS, MetricDefinition
from metrics.governance import Limit
from metrics.record import UNKNOWN_RECORD, Record
from warehouse.company import Company

NUMBER = pa.decimal128(38, 8)
_SCALE = Decimal("0.00000001")


def register(
    connection: duckdb.DuckDBPyConnection,
    metrics: Iterable[MetricDefinition],
    missing: dict[str, str],
    company: Company,
    record: Record = UNKNOWN_RECORD,
) -> None:
    """Creates metric_definitions, metric_inputs, metric_scopes, metric_limits, metric_targets, metric_benchmarks."""
    # restatements come after all others, and are compared where they are written
    found = [metric for metric in metrics if metric.kind != RESTATEMENTS or metric.name in missing]
    _table(connection, "metric_definitions", _DEFINITIONS, [_definition(m, missing, company, record) for m in found])
    _table(
        connection,
        "metric_inputs",
        [("metric_name", pa.string()), ("role", pa.string()), ("input_name", pa.string())],
        [(metric.name, role, name) for metric in found for role, name in metric.inputs.items()],
    )
    _table(
        connection,
        "metric_scopes",
        [("metric_name", pa.string()), ("period_grain", pa.string()), ("dimension_name", pa.string())],
        [(metric.name, *scope) for metric in found for scope in metric.scopes()],
    )
    _table(connection, "metric_limits", _LIMITS, [row for metric in found for row in _limits(metric)])
    _table(connection, "metric_targets", _TARGETS, [row for metric in found for row in _targets(metric)])
    _table(
        connection,
        "metric_benchmarks",
        [("metric_name", pa.string()), ("period_grain", pa.string()), ("benchmark_value", NUMBER)],
        [
            (metric.name, grain, _number(metric.governance.benchmark.value))
            for metric in found
            if metric.governance.benchmark
            for grain in metric.governance.benchmark.grains
        ],
    )


_DEFINITIONS = [
    ("metric_name", pa.string()),
    ("published_name", pa.string()),
    ("variant", pa.string()),
    ("is_ratio", pa.bool_()),
    ("is_share_of_total", pa.bool_()),
    ("fills_with_zero", pa.bool_()),
    ("unit", pa.string()),
    ("currency", pa.string()),
    ("change_type", pa.string()),
    ("has_base", pa.bool_()),
    ("minimum_base", pa.int64()),
    ("matures_after_days", pa.int64()),
    ("empty_reason", pa.string()),
    ("record_begins", pa.date32()),
    ("new_from", pa.date32()),
    ("reaches_back_from", pa.date32()),
    ("looks_back_at_end", pa.bool_()),
    ("window_months", pa.int64()),
    ("definition_version", pa.int64()),
    ("missing_input", pa.string()),
]
_LIMITS = [
    ("metric_name", pa.string()),
    ("period_grain", pa.string()),
    ("dimension_name", pa.string()),
    ("warning_low", NUMBER),
    ("warning_high", NUMBER),
    ("critical_low", NUMBER),
    ("critical_high", NUMBER),
]
_TARGETS = [
    ("metric_name", pa.string()),
    ("period_grain", pa.string()),
    ("dimension_name", pa.string()),
    ("dimension_value", pa.string()),
    ("valid_from", pa.date32()),
    ("target_value", NUMBER),
    ("is_of_one_period", pa.bool_()),
]


def minimum_base_of(metric: MetricDefinition, company: Company) -> int:
    own = metric.governance.minimum_base
    return own if isinstance(own, int) else company.minimum_base


def _definition(metric: MetricDefinition, missing: dict[str, str], company: Company, record: Record) -> tuple:
    governance = metric.governance
    return (
        metric.name,
        *metric.published_as,
        metric.kind == "ratio",
        governance.share_of_total,
        governance.additivity in ("additive", "semi_additive") and (metric.is_count or metric.is_money),
        governance.unit,
        company.reporting_currency if governance.unit == "money" else None,
        "points" if governance.unit in ("rate", "points") else "relative",
        bool(metric.base),
        minimum_base_of(metric, company) if metric.base else 0,
        governance.matures_after_days,
        governance.empty_reason,
        *record.bounds(governance.new_within_months),
        record.reaches_back_from(governance.looks_back),
        bool(governance.looks_back and governance.looks_back.at == "end"),
        governance.window_months,
        governance.version,
        missing.get(metric.name),
    )


def _limits(metric: MetricDefinition) -> list[tuple]:
    return [
        (metric.name, grain, dimension, *_band(limit, metric.governance.direction))
        for limit in metric.governance.limits
        for grain in limit.grains or metric.grains
        for dimension in limit.dimensions or ("total", *metric.dimensions)
    ]


def _band(limit: Limit, direction: str) -> tuple[Decimal | None, ...]:
    """(warning_low, warning_high, critical_low, critical_high): outside of them the status is worse."""
    ends: list[Decimal | None] = []
    for value in (limit.warning, limit.critical):
        if isinstance(value, tuple):
            ends += [_number(value[0]), _number(value[1])]
        elif value is None:
            ends += [None, None]
        else:
            ends += [_number(value), None] if direction == "higher_better" else [None, _number(value)]
    return tuple(ends)


def _targets(metric: MetricDefinition) -> list[tuple]:
    return [
        (metric.name, target.grain, target.dimension, target.member, target.valid_from, _number(target.value), False)
        for target in metric.governance.targets
    ]


def _number(value: Decimal) -> Decimal:
    return value.quantize(_SCALE)


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: list, rows: list[tuple]) -> None:
    schema = pa.schema(columns)
    arrays = [pa.array([row[index] for row in rows], schema.field(index).type) for index in range(len(schema))]
    connection.register(f"{name}_arrow", pa.Table.from_arrays(arrays, schema=schema))
    connection.execute(f"create or replace temp table {name} as select * from {name}_arrow")
    connection.unregister(f"{name}_arrow")
