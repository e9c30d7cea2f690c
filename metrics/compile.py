"""Compiles metrics to SQL with MetricFlow's engine in this process, without dbt and without a database.

MetricFlow's own client opens the DuckDB file; this one cannot: it only says which dialect to write.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metrics.definition import RESTATEMENTS, WITHOUT_INPUT, MetricDefinition
from warehouse.errors import CmwError


@dataclass(frozen=True)
class Request:
    """Metrics of one semantic model that are computed together, for one grain and one dimension."""

    metrics: tuple[str, ...]
    grain: str
    dimension: str
    entity: str
    grain_dimension: str

    @property
    def period_column(self) -> str:
        return f"metric_time__{self.grain}"

    @property
    def dimension_column(self) -> str:
        return "" if self.dimension == "total" else f"{self.entity}__{self.dimension}"


def requests_for(metrics: Iterable[MetricDefinition]) -> list[Request]:
    """One request per semantic model, grain and dimension. Ratios are not asked for: their two inputs are."""
    groups: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for metric in metrics:
        if metric.kind in ("ratio", WITHOUT_INPUT, RESTATEMENTS):
            continue
        for grain, dimension in metric.computed_scopes():
            groups[(metric.entity, metric.grain_dimension, grain, dimension)].append(metric.name)
    return [
        Request(tuple(sorted(names)), grain, dimension, entity, grain_dimension)
        for (entity, grain_dimension, grain, dimension), names in sorted(groups.items())
    ]


class Compiler:
    """One engine per set of semantic models that a request reads.

    MetricFlow weighs every model it knows for every query, so an engine that knows only what the request reads writes
    the same SQL (but for the numbers of its subqueries) in a third of the time.
    """

    def __init__(self, semantic_manifest: Path) -> None:
        if not semantic_manifest.exists():
            raise CmwError(f"{semantic_manifest} does not exist", "Build it with `cmw run`, or `dbt parse`")
        # Imported here so that a run with nothing to do does not pay for it.
        from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest

        self._manifest = parse_manifest_from_dbt_generated_manifest(semantic_manifest.read_text(encoding="utf-8"))
        self._metrics = {metric.name: metric for metric in self._manifest.metrics}
        self._engines: dict[frozenset[str], Any] = {}

    def _models_of(self, name: str) -> frozenset[str]:
        """The semantic models that a metric reads, through the metrics it is made of."""
        parameters = self._metrics[name].type_params
        own = parameters.metric_aggregation_params
        inputs = [*(parameters.metrics or []), parameters.numerator, parameters.denominator]
        read = [self._models_of(metric.name) for metric in inputs if metric is not None]
        return frozenset([own.semantic_model] if own else []).union(*read)

    def _engine_for(self, names: tuple[str, ...]) -> Any:
        from metricflow.engine.metricflow_engine import MetricFlowEngine
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

        models = frozenset().union(*(self._models_of(name) for name in names))
        if models not in self._engines:
            narrowed = self._manifest.copy(
                update={
                    "semantic_models": [model for model in self._manifest.semantic_models if model.name in models],
                    "metrics": [one for one in self._manifest.metrics if self._models_of(one.name) <= models],
                }
            )
            self._engines[models] = MetricFlowEngine(SemanticManifestLookup(narrowed), _dialect())
        return self._engines[models]

    def sql(self, request: Request) -> str:
        """A query with the period column, the dimension column if there is one, and a column per metric."""
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

        # A model whose rows hold several grains is asked for one of them: months must not be added to quarters.
        where = (
            [f"{{{{ Dimension('{request.entity}__{request.grain_dimension}') }}}} = '{request.grain}'"]
            if request.grain_dimension
            else None
        )
        names = [request.period_column, *([request.dimension_column] if request.dimension_column else [])]
        result = self._engine_for(request.metrics).explain(
            MetricFlowQueryRequest.create(
                metric_names=list(request.metrics), group_by_names=names, where_constraints=where
            )
        )
        return result.sql_statement.without_descriptions.sql


def _dialect() -> object:
    from metricflow.protocols.sql_client import SqlEngine
    from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

    class Dialect:
        """The two properties that compiling needs of MetricFlow's SqlClient protocol; it can run nothing."""

        sql_engine_type = SqlEngine.DUCKDB
        sql_plan_renderer = DuckDbSqlPlanRenderer()

    return Dialect()
