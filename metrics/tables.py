"""The published tables of schema metrics: their columns, types and comments. Nothing else declares them.

Figures are DECIMAL(38, 8): sums of money stay exact to the cent, rates keep eight places.
"""

from collections.abc import Mapping
from decimal import Decimal

import duckdb

NUMBER = "decimal(38, 8)"
STEP = Decimal("0.00000001")

VALUES: Mapping[str, tuple[str, str]] = {
    "metric_name": ("varchar not null", "Name of the metric in metric_catalogue."),
    "period_grain": ("varchar not null", "day, week (from Monday), month, quarter or year."),
    "period_start": ("date not null", "First day of the period, in the company's time zone."),
    "dimension_name": ("varchar not null", "'total', or the dimension the value is split by, as of the period."),
    "dimension_value": ("varchar not null", "'total', or the member; 'unknown' where the rows name none."),
    "variant": (
        "varchar not null",
        "'default'; one of metric_catalogue; 'to_date': up to the same day; 'fiscal': fiscal periods.",
    ),
    "value": (NUMBER, "The figure; null with null_reason where there is none."),
    "unit": ("varchar not null", "Unit of value: rate is a share of 1, money is in currency."),
    "currency": ("varchar", "Reporting currency of a money value."),
    "numerator": (NUMBER, "Numerator of a ratio: a ratio of several rows is sum of these ÷ sum of denominators."),
    "denominator": (NUMBER, "Denominator of a ratio."),
    "base_count": ("bigint", "Count that the minimum base applies to."),
    "null_reason": ("varchar", "no_base, small_base, missing_source, no_losses, no_control or immature."),
    "missing_input": ("varchar", "Contract entities that no source brings, for missing_source."),
    "lower_bound": (NUMBER, "Lower end of the interval, where the metric is an estimate."),
    "upper_bound": (NUMBER, "Upper end of the interval."),
    "previous_value": (NUMBER, "Value of the period before; null where it is unknown."),
    "same_period_last_year_value": (NUMBER, "Value of the same period a year earlier; null where it is unknown."),
    "change_type": ("varchar not null", "How a change of value is to be stated: relative, or points."),
    "target_value": (NUMBER, "Target that holds for this period and scope."),
    "limit_status": ("varchar not null", "ok, warning or critical by direction; none where no limit or no value."),
    "limit_value": (NUMBER, "The limit that the value is beyond; null where it is beyond none."),
    "benchmark_value": (NUMBER, "Number from outside; its source and its doubts are in metric_catalogue."),
    "as_of": ("date not null", "Day that the run computed for; the period that holds it is not over."),
    "definition_version": ("integer not null", "Version of the definition that gave the value."),
    "run_id": ("varchar not null", "Run that computed the value."),
}

CATALOGUE: Mapping[str, tuple[str, str]] = {
    "metric_name": ("varchar not null", "Name of the metric."),
    "number": ("varchar", "Number in the catalogue; null for a numerator, denominator or base."),
    "label_en": ("varchar not null", "Label in English."),
    "label_zh": ("varchar not null", "Label in Chinese."),
    "description_en": ("varchar not null", "Definition in English."),
    "description_zh": ("varchar not null", "Definition in Chinese."),
    "metric_type": ("varchar not null", "MetricFlow's type of the metric."),
    "formula": ("varchar not null", "Formula over the columns or metrics it is made of."),
    "level": ("varchar not null", "strategic, management or execution."),
    "module": ("varchar not null", "Part of the business that the metric speaks of."),
    "owner": ("varchar not null", "Role that answers for the metric."),
    "deputy": ("varchar", "Role that answers when the owner is away."),
    "direction": ("varchar not null", "higher_better, lower_better or in_band."),
    "unit": ("varchar not null", "Unit of the value."),
    "additivity": ("varchar not null", "additive, semi_additive (not over time), ratio or non_additive."),
    "is_supporting": ("boolean not null", "A numerator, denominator, base or variant of another metric."),
    "variant_of": ("varchar", "Metric that this is a variant of: its values stand under that name."),
    "variant": ("varchar", "Name of the variant in metric_values."),
    "grains": ("varchar not null", "Period grains that are computed."),
    "dimensions": (
        "varchar not null",
        "Dimensions of its rows beside the total; by others it stands in the rows of what it is a part of.",
    ),
    "numerator_metric": ("varchar", "Metric that is the numerator of a ratio."),
    "denominator_metric": ("varchar", "Metric that is the denominator of a ratio."),
    "is_share_of_total": ("boolean not null", "A ratio whose denominator is that of the total, for every member."),
    "base_metric": ("varchar", "Metric that the minimum base applies to."),
    "minimum_base": ("bigint", "Below this base the value is null with small_base."),
    "matures_after_days": ("bigint", "Days after a period's end until when its value is immature."),
    "targets": ("varchar", "Targets by grain and scope, with their origin."),
    "limits": ("varchar", "Warning and critical limits, with their origin."),
    "benchmark_value": (NUMBER, "Number from outside."),
    "benchmark_source": ("varchar", "Where the benchmark comes from."),
    "benchmark_unknown": ("varchar", "What the source of the benchmark leaves open."),
    "absences": ("varchar", "Of targets, limits, benchmark and minimum base those it has none of, and why."),
    "invariants": ("varchar not null", "Invariants that hold for the metric."),
    "definition_version": ("integer not null", "Version of the definition."),
    "sql_fingerprint": ("varchar", "Of the SQL and seeds between the metric and the facts: changes with them."),
    "settings_fingerprint": ("varchar", "Of the company's settings that the metric depends on."),
    "action_en": ("varchar", "What a bad value triggers, in English."),
    "action_zh": ("varchar", "What a bad value triggers, in Chinese."),
    "required_inputs": (
        "varchar",
        "Contract entities, columns or codes that the metric needs under the company's profile; a|b means either.",
    ),
    "is_available": ("boolean not null", "Whether the sources bring what the metric needs."),
    "missing_input": ("varchar", "What they do not bring."),
    "no_value_reason": (
        "varchar",
        "Why no period has a value: what is missing or has not happened; else null.",
    ),
    "lineage": ("varchar not null", "dbt models upstream, nearest first."),
    "definition_path": ("varchar not null", "File of the definition in the dbt project."),
    "run_id": ("varchar not null", "Run that wrote the row."),
}

RESTATEMENTS: Mapping[str, tuple[str, str]] = {
    "metric_name": ("varchar not null", "Name of the metric."),
    "period_grain": ("varchar not null", "Grain of the closed period."),
    "period_start": ("date not null", "First day of the closed period."),
    "dimension_name": ("varchar not null", "'total' or the dimension."),
    "dimension_value": ("varchar not null", "'total' or the member."),
    "variant": ("varchar not null", "'default' or the variant."),
    "cause": (
        "varchar not null",
        "late_row, credit_note, merge, definition (version, SQL or settings); mixed: several of these;"
        " later_event: only rows of later months; unknown: nothing in the change log explains it.",
    ),
    "as_reported_value": (NUMBER, "Value when the period was closed."),
    "as_known_value": (NUMBER, "Value as known now."),
    "restatement_value": (NUMBER, "As known minus as reported; null where one of them has no value."),
    "evidence": ("varchar", "Kinds of what came after closing, with the number of rows: late_row 12, merge 2, sql 1."),
    "closed_at": ("timestamp", "When the period was closed."),
    "as_of": ("date not null", "Day that the run computed for."),
    "reported_version": ("integer not null", "Version of the definition when the period was closed."),
    "definition_version": ("integer not null", "Version of the definition now."),
    "run_id": ("varchar not null", "Run that found the difference."),
}

ROW_SOURCES: Mapping[str, tuple[str, str]] = {
    "metric_name": ("varchar not null", "Name of a metric that is no ratio."),
    "table_name": ("varchar", "Published table whose rows are aggregated; null for a derived metric."),
    "aggregation": ("varchar not null", "sum, count, median, percentile, max; derived from input_metrics."),
    "percentile": ("double", "Part of 1, for the aggregation percentile."),
    "expression": ("varchar not null", "SQL over the columns of the table, or over the input metrics."),
    "condition": ("varchar", "SQL that a row must fulfil; null where all count."),
    "date_expression": ("varchar", "SQL of the day that a row counts at."),
    "closing": ("varchar", "max or min: only rows of the last or first day of a period count."),
    "grain_column": ("varchar", "Column with the period grain of the rows, where the table has several."),
    "key_columns": ("varchar not null", "Columns that name a row."),
    "dimensions": ("varchar not null", "JSON: dimension to SQL."),
    "documents": ("varchar not null", "JSON: what the rows are sums of, where they are no documents themselves."),
    "input_metrics": ("varchar not null", "Metrics that a derived one is made of."),
}

TABLES = {
    "metric_values": ("One row per metric, period grain, period, dimension, member and variant.", VALUES),
    "metric_catalogue": ("One row per metric: what it means, who answers for it, what it needs.", CATALOGUE),
    "metric_row_sources": (
        "One row per metric that is no ratio: the rows that `cmw metrics explain` lists.",
        ROW_SOURCES,
    ),
    "metric_restatements": ("One row per closed figure that is known otherwise now, with its cause.", RESTATEMENTS),
}


def create(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Creates metrics.<name> anew, empty, with comments; part of the caller's transaction."""
    comment, columns = TABLES[name]
    definition = ", ".join(f"{column} {kind}" for column, (kind, _) in columns.items())
    connection.execute("create schema if not exists metrics")
    connection.execute(f"create or replace table metrics.{name} ({definition})")
    connection.execute(f"comment on table metrics.{name} is {_quoted(comment)}")
    for column, (_, meaning) in columns.items():
        connection.execute(f"comment on column metrics.{name}.{column} is {_quoted(meaning)}")


def described() -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    """Table to its grain and its (column, type, meaning), for the page of published tables."""
    return {
        name: (comment, [(column, kind.removesuffix(" not null"), text) for column, (kind, text) in columns.items()])
        for name, (comment, columns) in sorted(TABLES.items())
    }


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
