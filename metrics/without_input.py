"""Metrics that need an input which nothing brings: they stand in the catalogue with what they lack, without values.

They are written as dbt exposures: dbt metrics must have a measure, and these have no table to measure.
"""

from metrics.definition import MetricDefinition
from metrics.governance_of import governance_of
from warehouse.errors import CmwError

KIND = "without_input"


def metrics_without_input(manifest: dict) -> dict[str, MetricDefinition]:
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
            kind=KIND,
            formula=f"not computed: needs {', '.join(governance.required_inputs)}",
            governance=governance,
            model="",
            entity="",
            path=path,
            grains=governance.grains,
            dimensions=governance.dimensions,
        )
    return found
