"""Computes every metric and writes schema metrics: the step between the marts and gate 2."""

import logging
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow.parquet as pq

from metrics import (
    assembly,
    batches,
    catalogue_table,
    company_targets,
    comparison,
    days,
    fiscal,
    no_value,
    record,
    row_comments,
    row_source,
    rules,
    tables,
    to_date,
    words,
)
from metrics.availability import filled_columns, missing_inputs, present_entities
from metrics.catalogue import Catalogue, load_catalogue
from metrics.compile import Request, requests_for
from metrics.query_cache import compiled
from warehouse.clock import business_today
from warehouse.company import Company
from warehouse.errors import CmwError
from warehouse.run_context import context_path
from warehouse.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FillResult:
    """metrics: computed; missing: metric to the input that no source brings; rows: of metric_values."""

    metrics: int
    rows: int
    missing: dict[str, str]


def fill_metric_values(
    connection: duckdb.DuckDBPyConnection, settings: Settings, company: Company, run_id: str
) -> FillResult:
    """Replaces metrics.metric_values, metric_catalogue and metric_restatements in one transaction.

    Raises CmwError when a definition is incomplete or its SQL fails on the tables that dbt built.
    """
    catalogue = load_catalogue(settings.dbt_target / "manifest.json")
    present = present_entities(settings) | filled_columns(connection, catalogue)
    missing = missing_inputs(catalogue, present, company.profile)
    as_of = _as_of(settings, company)
    computed = [metric for metric in catalogue.metrics.values() if metric.name not in missing]
    queries = compiled(requests_for(computed), catalogue.semantic_manifest)
    connection.execute("begin transaction")
    try:
        _compute(connection, catalogue, queries)
        rules.register(connection, catalogue.metrics.values(), missing, company, record.read(connection))
        additive = [name for name, one in catalogue.metrics.items() if one.governance.additivity == "additive"]
        company_targets.add(connection, additive)
        words.shorten(connection)
        _write(connection, catalogue, missing, company, as_of, run_id)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    rows = connection.execute("select count(*) from metrics.metric_values").fetchone()[0]
    return FillResult(len(computed), rows, missing)


def _as_of(settings: Settings, company: Company) -> date:
    """The day that this run computes for: what dbt was given, else the business day."""
    path = context_path(settings)
    if path.exists():
        return pq.read_table(path, columns=["as_of_date"])["as_of_date"][0].as_py()
    return business_today(settings, company)


def _compute(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, queries: dict[Request, str]) -> None:
    connection.execute(
        "create or replace temp table metric_figures (metric_name varchar, model varchar, period_grain varchar,"
        f" period_start date, dimension_name varchar, dimension_value varchar, figure {tables.NUMBER})"
    )
    for request, sql in queries.items():
        try:
            connection.execute(_long_form(request, sql))
        except duckdb.Error as error:
            paths = sorted({catalogue.metrics[name].path for name in request.metrics})
            first = str(error).strip().splitlines()[0]
            raise CmwError(
                f"The metrics {', '.join(request.metrics)} by {request.grain} and {request.dimension} fail: {first}",
                f"Correct the columns that {' or '.join(paths)} names",
            ) from error


def _long_form(request: Request, sql: str) -> str:
    """One row per metric and group out of MetricFlow's one column per metric; nulls are left out."""
    member = f"coalesce({request.dimension_column}::varchar, 'unknown')" if request.dimension_column else "'total'"
    columns = ", ".join(f"{name}::{tables.NUMBER} as {name}" for name in request.metrics)
    return f"""
        insert into metric_figures
        select
            metric_name, '{request.entity}', '{request.grain}', period_start, '{request.dimension}', dimension_value,
            figure
        from (
            unpivot (
                select {request.period_column}::date as period_start, {member} as dimension_value, {columns}
                from ({sql})
                where {request.period_column} is not null
            )
            on {", ".join(request.metrics)} into name metric_name value figure
        )"""


def _write_batch(connection: duckdb.DuckDBPyConnection, fiscal_start: int, as_of: date, run_id: str) -> None:
    connection.execute(assembly.FEED)
    connection.execute(assembly.PIVOT)
    connection.execute(assembly.SHARE)
    connection.execute(assembly.TRIM)
    connection.execute(assembly.CALENDAR, {"as_of": as_of})
    connection.execute(assembly.JUDGE, {"as_of": as_of})
    connection.execute(comparison.COMPARE)
    connection.execute(comparison.WRITE, {"as_of": as_of, "run_id": run_id})
    fiscal.write(connection, fiscal_start, as_of=as_of, run_id=run_id)


def _write(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    missing: dict[str, str],
    company: Company,
    as_of: date,
    run_id: str,
) -> None:
    for name in tables.TABLES:
        tables.create(connection, name)
    fiscal.register(connection, catalogue.metrics)
    for names in batches.batches(connection):
        batches.take(connection, names)
        _write_batch(connection, company.fiscal_year_start_month, as_of, run_id)
    days.register(connection, [metric for metric in catalogue.metrics.values() if metric.name not in missing])
    connection.execute(to_date.WRITE, {"as_of": as_of, "run_id": run_id})
    catalogue_table.write(connection, catalogue, missing, company, run_id)
    no_value.explain(connection, catalogue)
    row_source.write(connection, {name: one.rows for name, one in catalogue.metrics.items() if one.rows})
    row_comments.comment(connection)
