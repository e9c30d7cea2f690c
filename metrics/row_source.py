"""Where the rows of a metric stand: the table and expression behind its measure, so that a figure can be listed."""

import json
import re
from dataclasses import dataclass

import duckdb

from metrics.tables import ROW_SOURCES
from warehouse.errors import CmwError

DERIVED = "derived"
_DIMENSION = re.compile(r"\{\{\s*(?:Time)?Dimension\('(\w+?)__(\w+)'[^)]*\)\s*\}\}")


@dataclass(frozen=True)
class RowSource:
    """Attributes:
    table: schema.table whose rows are aggregated.
    aggregation: sum, count, median, percentile, max; or derived, where ``inputs`` are the metrics it is made of.
    percentile: of 1, for the aggregation percentile.
    expression: SQL over the table's columns; of a derived metric, over its inputs.
    condition: SQL that a row must fulfil; '' where all rows count.
    date_expression: SQL of the day that a row counts at.
    closing: max or min where only the rows of the last or first day of a period count; else ''.
    grain_column: column that holds the rows' period grain, where the table has several; else ''.
    key_columns: columns that name a row.
    dimensions: name to SQL.
    documents: pieces of documents by expression, see metrics.documents.
    """

    table: str = ""
    aggregation: str = DERIVED
    percentile: float | None = None
    expression: str = ""
    condition: str = ""
    date_expression: str = ""
    closing: str = ""
    grain_column: str = ""
    key_columns: tuple[str, ...] = ()
    dimensions: tuple[tuple[str, str], ...] = ()
    documents: tuple[dict, ...] = ()
    inputs: tuple[str, ...] = ()


def row_source(node: dict, manifest: dict, measures: dict[str, tuple[str, dict]]) -> RowSource | None:
    """Of a metric in dbt's manifest; None for a ratio, whose numerator and denominator have their own.

    Args:
        measures: measure name to (semantic model, measure).

    Raises CmwError where a filter names what its semantic model does not have.
    """
    parameters = node["type_params"]
    if node["type"] == "ratio":
        return None
    if node["type"] == DERIVED:
        names = tuple(one["name"] for one in parameters["metrics"])
        return RowSource(expression=parameters["expr"], inputs=names)
    model_name, measure = measures[parameters["measure"]["name"]]
    model = next(one for one in manifest["semantic_models"].values() if one["name"] == model_name)
    closing = measure.get("non_additive_dimension")
    meta = model["config"].get("meta", {})
    columns = {one["name"]: one.get("expr") or one["name"] for one in model["dimensions"]}
    others = tuple((one["name"], columns[one["name"]]) for one in model["dimensions"] if one["type"] != "time")
    expression = measure.get("expr") or measure["name"]
    relation = model["node_relation"]
    return RowSource(
        table=f"{relation['schema_name']}.{relation['alias']}",
        aggregation=measure["agg"],
        percentile=(measure.get("agg_params") or {}).get("percentile"),
        expression=expression,
        condition=_condition(node, model, columns),
        date_expression=columns[measure.get("agg_time_dimension") or model["defaults"]["agg_time_dimension"]],
        closing=closing["window_choice"] if closing else "",
        grain_column=meta.get("period_grain_dimension", ""),
        key_columns=_grain_of(model["depends_on"]["nodes"][0], manifest),
        dimensions=others,
        documents=tuple(meta.get("documents", {}).get(expression, ())),
    )


def _condition(node: dict, model: dict, columns: dict[str, str]) -> str:
    """MetricFlow's filters with their dimensions written out."""
    entity = primary_entity(model)

    def column(match: re.Match[str]) -> str:
        if match[1] != entity or match[2] not in columns:
            known = ", ".join(f"{entity}__{name}" for name in sorted(columns))
            raise CmwError(
                f"{node['original_file_path']}: metric {node['name']}: the filter names {match[1]}__{match[2]}, "
                f"which the semantic model {model['name']} does not have",
                f"Take one of {known}, or add the dimension there",
            )
        return f"({columns[match[2]]})"

    filters = [one for one in (node.get("filter"), node["type_params"]["measure"].get("filter")) if one]
    templates = [part["where_sql_template"].strip() for one in filters for part in one["where_filters"]]
    written = [_DIMENSION.sub(column, template) for template in templates]
    return " and ".join(f"({one})" for one in written)


def primary_entity(model: dict) -> str:
    """The entity that a row of the semantic model is, as dimensions are called by: order__channel."""
    named = model["primary_entity"]
    return named or next(entity["name"] for entity in model["entities"] if entity["type"] == "primary")


def _grain_of(model: str, manifest: dict) -> tuple[str, ...]:
    """The columns that name a row: those whose combination is tested to be unique."""
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        if node.get("attached_node") == model and test.get("name") == "unique_grain":
            return tuple(test["kwargs"]["columns"])
    return ()


def write(connection: duckdb.DuckDBPyConnection, sources: dict[str, RowSource]) -> None:
    """Fills the empty table metrics.metric_row_sources; part of the caller's transaction."""
    rows = [
        {
            "metric_name": name,
            "table_name": source.table or None,
            "aggregation": source.aggregation,
            "percentile": source.percentile,
            "expression": source.expression,
            "condition": source.condition or None,
            "date_expression": source.date_expression or None,
            "closing": source.closing or None,
            "grain_column": source.grain_column or None,
            "key_columns": ", ".join(source.key_columns),
            "dimensions": json.dumps(dict(source.dimensions)),
            "documents": json.dumps(source.documents),
            "input_metrics": ", ".join(source.inputs),
        }
        for name, source in sources.items()
    ]
    places = ", ".join(f"${column}" for column in ROW_SOURCES)
    if rows:
        connection.executemany(f"insert into metrics.metric_row_sources values ({places})", rows)


def read(connection: duckdb.DuckDBPyConnection, name: str) -> RowSource:
    """What was published of a metric that is no ratio."""
    result = connection.execute("select * from metrics.metric_row_sources where metric_name = $1", [name])
    found = dict(zip((column[0] for column in result.description), result.fetchone(), strict=True))
    return RowSource(
        table=found["table_name"] or "",
        aggregation=found["aggregation"],
        percentile=found["percentile"],
        expression=found["expression"],
        condition=found["condition"] or "",
        date_expression=found["date_expression"] or "",
        closing=found["closing"] or "",
        grain_column=found["grain_column"] or "",
        key_columns=tuple(filter(None, found["key_columns"].split(", "))),
        dimensions=tuple(json.loads(found["dimensions"]).items()),
        documents=tuple(json.loads(found["documents"])),
        inputs=tuple(filter(None, found["input_metrics"].split(", "))),
    )
