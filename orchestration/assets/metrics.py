"""Metrics: every definition compiled by MetricFlow and written as metric_values."""

import dagster as dg
import duckdb

from ingestion.late_changes import late_changes
from metrics.catalogue import load_catalogue
from metrics.fill import fill_metric_values
from metrics.restatements import write_restatements
from orchestration.keys import METRIC_VALUES, PLATFORM
from orchestration.progress import report
from orchestration.resources import CompanyRun


def _restatements(connection: duckdb.DuckDBPyConnection, run: CompanyRun) -> int:
    return write_restatements(
        connection,
        run.store,
        load_catalogue(run.settings.dbt_target / "manifest.json"),
        lambda moments: late_changes(run.settings, moments),
        as_of=run.today,
        run_id=run.run_id,
    )


def build_metrics_asset(upstream: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset; ``upstream`` are the dbt tables that semantic models read."""

    @dg.asset(
        key=METRIC_VALUES,
        deps=upstream,
        group_name="metrics",
        owners=PLATFORM,
        kinds={"python", "duckdb"},
        description="Each metric once defined, by grain, period and dimension, with target and status.",
    )
    def metric_values(run: CompanyRun) -> dg.MaterializeResult:
        report("step", {"name": "metrics"})
        with run.working_file() as connection:
            fill_metric_values(connection, run.settings, run.company, run.run_id)
            restated = _restatements(connection, run)
            rows, metrics = connection.execute(
                "select count(*), count(distinct metric_name) from metrics.metric_values"
            ).fetchone()
        report("metrics", {"values": rows, "metrics": metrics})
        return dg.MaterializeResult(metadata={"dagster/row_count": rows, "metrics": metrics, "restated": restated})

    return metric_values
