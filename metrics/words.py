"""The names that figures are grouped and joined by, as numbers: an enumeration of DuckDB, whose order is theirs."""

import duckdb

_COLUMNS = {
    "metric_figures": ("metric_name", "period_grain", "dimension_name", "dimension_value"),
    "metric_definitions": ("metric_name",),
    "metric_inputs": ("metric_name", "input_name"),
    "metric_scopes": ("metric_name", "period_grain", "dimension_name"),
    "metric_limits": ("metric_name", "period_grain", "dimension_name"),
    "metric_targets": ("metric_name", "period_grain", "dimension_name", "dimension_value"),
    "metric_benchmarks": ("metric_name", "period_grain"),
}


def shorten(connection: duckdb.DuckDBPyConnection) -> None:
    """Replaces the names in metric_figures and the tables of metrics.rules by members of the type metric_word.

    Comparing five names for each of millions of rows is most of what figures cost, as numbers nearly half of that.
    """
    texts = " union ".join(
        f"select {column} as word from {table}" for table, columns in _COLUMNS.items() for column in columns
    )
    words = f"select word from ({texts} union select 'total') where word is not null order by word"
    connection.execute(f"create or replace temporary type metric_word as enum ({words})")
    for table, columns in _COLUMNS.items():
        casts = ", ".join(f"{column}::metric_word as {column}" for column in columns)
        connection.execute(f"create or replace temp table {table} as select * replace ({casts}) from {table}")
