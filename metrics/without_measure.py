"""Metrics without a measure: those that need an input which nothing brings, which stand in the catalogue with what they
lack, and the one that is computed from the restatements of all others.

They are written as dbt exposures: dbt metrics must have a measure, and these have no table to measure.
"""

from metrics.definition import RESTATEMENTS, WITHOUT_INPUT, MetricDefinition
from metrics.governance_of import governance_of
from metrics.row_source import RowSource
from warehouse.errors import CmwError

# The default; that of another metric of money is a variant by its name.
RESTATED = "net_revenue"
ROWS = RowSource(
    table="metrics.metric_restatements",
    aggregation="sum",
    expression="restatement_value",
    condition=f"metric_name = '{RESTATED}' and variant = 'default' and dimension_name = 'total'",
    date_expression="period_start",
    grain_column="period_grain",
    key_columns=("metric_name", "cause", "evidence", "closed_at"),
    dimensions=(("cause", "cause"),),
)


def metrics_without_measure(manifest: dict) -> dict[str, MetricDefinition]:
    """By name. Raises CmwError when the governance of one is incomplete, or names no input."""
    found = {}
    for node in manifest.get("exposures", {}).values():
        if "number" not in (node["config"].get("meta") or {}):
            continue
        governance = governance_of(node)
        path, name = node["original_file_path"], node["name"]
        if not node.get("label") or not node.get("description"):
            raise CmwError(f"{path}: metric {name}: label or description is missing", "Add both in English")
        description = " ".join(node["description"].split())
        found[name] = MetricDefinition(
            name=name,
            label=node["label"],
            description=description,
            kind=RESTATEMENTS if governance.computed_from else WITHOUT_INPUT,
            formula=f"sum({ROWS.expression}) of {governance.computed_from} where {ROWS.condition}"
            if governance.computed_from
            else f"not computed: needs {', '.join(governance.required_inputs)}",
            governance=governance,
            model="",
            entity="",
            path=path,
            grains=governance.grains,
            dimensions=governance.dimensions,
            rows=ROWS if governance.computed_from else None,
        )
    return found
