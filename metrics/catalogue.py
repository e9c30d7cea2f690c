"""Reads every metric out of dbt's manifest and refuses one whose governance is incomplete."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from metrics.cross_checks import (
    check_bases,
    check_dimensions,
    check_minimum_bases,
    check_numbers,
    check_type,
    check_unused,
    check_variants,
)
from metrics.definition import MetricDefinition
from metrics.fingerprints import PROJECT, check_versions, definition_text
from metrics.formula import formula_of
from metrics.governance_of import governance_of
from metrics.input_names import check_inputs
from metrics.lineage import upstream_models
from metrics.row_source import primary_entity, row_source
from metrics.sql_below import SqlBelow
from metrics.without_measure import metrics_without_measure
from warehouse.errors import CmwError

GRAIN_ORDER = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Catalogue:
    """All metrics by name. ``semantic_manifest`` is the file beside the manifest that MetricFlow compiles from."""

    metrics: dict[str, MetricDefinition]
    semantic_manifest: Path

    def headline(self) -> list[MetricDefinition]:
        """Those with a number in the catalogue, in its order."""
        found = [metric for metric in self.metrics.values() if not metric.governance.supporting]
        return sorted(found, key=lambda metric: (_number_order(metric.governance.number), metric.name))

    def get(self, name: str) -> MetricDefinition:
        if name not in self.metrics:
            raise CmwError(f"There is no metric {name}", "List the metrics with `cmw metrics list`")
        return self.metrics[name]


def load_catalogue(manifest_path: Path) -> Catalogue:
    """All metrics of the project. Raises CmwError naming the metric, the key and the remedy."""
    if not manifest_path.exists():
        raise CmwError(f"dbt's manifest {manifest_path} does not exist", "Build it with `cmw run`, or `dbt parse`")
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    models = {model["name"]: model for model in manifest["semantic_models"].values()}
    measures = {measure["name"]: (model["name"], measure) for model in models.values() for measure in model["measures"]}
    below = SqlBelow(manifest)
    found = {
        node["name"]: _definition(node, manifest, models, measures, below) for node in manifest["metrics"].values()
    }
    found |= metrics_without_measure(manifest)
    check_bases(found)
    check_numbers(found.values())
    check_variants(found)
    metrics = _widen_inputs(_with_base(found))
    check_minimum_bases(metrics)
    check_unused(metrics)
    check_inputs(metrics.values(), manifest)
    for metric in metrics.values():
        if metric.model:
            check_dimensions(metric, models[metric.model])
    if manifest["metadata"]["project_name"] == PROJECT:
        check_versions(list(metrics.values()))
    return Catalogue(dict(sorted(metrics.items())), manifest_path.with_name("semantic_manifest.json"))


def _definition(node: dict, manifest: dict, models: dict, measures: dict, below: SqlBelow) -> MetricDefinition:
    name, path, parameters = node["name"], node["original_file_path"], node["type_params"]
    governance = governance_of(node)
    for key in ("label", "description"):
        if not node.get(key):
            raise CmwError(f"{path}: metric {name}: {key} is missing", f"Add {key}: in English beside the name")
    used = sorted({measures[measure["name"]][0] for measure in parameters["input_measures"]})
    if len(used) != 1:
        raise CmwError(
            f"{path}: metric {name} mixes the semantic models {' and '.join(used) or '(none)'}",
            "Bring its inputs into one model, so that they share their dimensions and periods",
        )
    model = models[used[0]]
    sql_fingerprint, settings_used = below.of(node["unique_id"])
    ratio = node["type"] == "ratio"
    check_type(node, governance, measures)
    return MetricDefinition(
        name=name,
        label=node["label"],
        description=" ".join(node["description"].split()),
        kind=node["type"],
        formula=formula_of(node, measures),
        governance=governance,
        model=model["name"],
        entity=primary_entity(model),
        path=path,
        grain_dimension=model["config"].get("meta", {}).get("period_grain_dimension", ""),
        numerator=parameters["numerator"]["name"] if ratio else "",
        denominator=parameters["denominator"]["name"] if ratio else "",
        grains=governance.grains,
        dimensions=governance.dimensions,
        definition_text=definition_text(node, measures),
        lineage=upstream_models(manifest, node["unique_id"]),
        sql_fingerprint=sql_fingerprint,
        settings_used=settings_used,
        rows=row_source(node, manifest, measures),
    )


def _with_base(metrics: dict[str, MetricDefinition]) -> dict[str, MetricDefinition]:
    """A ratio over a count has that count as its base, unless its governance names another."""
    found = {}
    for name, metric in metrics.items():
        counted = metric.denominator if metric.denominator and metrics[metric.denominator].is_count else ""
        found[name] = replace(metric, base=metric.governance.base or counted)
    return found


def _widen_inputs(metrics: dict[str, MetricDefinition]) -> dict[str, MetricDefinition]:
    """A part is computed for all grains and dimensions of those that use it.

    It is published by the dimensions that it names itself: by the others its figures stand in the rows of its users.
    """
    grains = {name: set(metric.grains) for name, metric in metrics.items()}
    of_users: dict[str, set[str]] = {name: set() for name in metrics}
    for metric in metrics.values():
        for used in metric.inputs.values():
            grains[used] |= set(metric.grains)
            of_users[used] |= set(metric.dimensions)
    return {
        name: replace(
            metric,
            grains=tuple(sorted(grains[name], key=GRAIN_ORDER.index)),
            dimensions=tuple(sorted(metric.dimensions)),
            of_users=tuple(sorted(of_users[name])),
        )
        for name, metric in metrics.items()
    }


def _number_order(number: str) -> tuple[int, str]:
    digits = "".join(character for character in number if character.isdigit())
    return int(digits), number
