"""Rules between metrics and their semantic models that one metric's governance cannot check alone."""

from collections.abc import Iterable

from metrics.definition import MetricDefinition
from metrics.governance import COUNT_UNITS, Governance
from warehouse.errors import CmwError


def check_type(node: dict, governance: Governance, measures: dict[str, tuple[str, dict]]) -> None:
    """Additivity and unit fit MetricFlow's definition: a count published as money or as a rate would be misread."""
    where = f"{node['original_file_path']}: metric {node['name']}"
    if (node["type"] == "ratio") != (governance.additivity == "ratio"):
        raise CmwError(
            f"{where}: additivity is {governance.additivity} but its type is {node['type']}",
            "Write additivity: ratio for a metric of type ratio, and for no other",
        )
    measure = node["type_params"].get("measure")
    counts = node["type"] == "simple" and measures[measure["name"]][1]["agg"] in ("count", "count_distinct")
    if counts and governance.unit not in COUNT_UNITS:
        raise CmwError(
            f"{where}: unit is {governance.unit}, but its measure counts",
            f"Write under unit: one of {', '.join(COUNT_UNITS)}",
        )


def check_bases(metrics: dict[str, MetricDefinition]) -> None:
    for metric in metrics.values():
        base = metric.governance.base
        if base and (base not in metrics or metrics[base].model != metric.model):
            raise CmwError(
                f"{metric.path}: metric {metric.name}: base {base} is no metric of the semantic model {metric.model}",
                "Name a metric that counts rows or customers of that model",
            )


def check_minimum_bases(metrics: dict[str, MetricDefinition]) -> None:
    """A headline metric over a counted base says how small it may be, and no other does."""
    for metric in metrics.values():
        if metric.governance.supporting or not metric.model:
            continue
        if bool(metric.base) == ("minimum_base" in metric.governance.absent):
            raise CmwError(
                f"{metric.path}: metric {metric.name}: minimum_base says otherwise than its base,"
                f" which is {metric.base or 'none'}",
                'Write minimum_base: a number or company for a metric with a base, else "none: because …"',
            )


def check_numbers(metrics: Iterable[MetricDefinition]) -> None:
    seen: dict[str, str] = {}
    for metric in metrics:
        number = metric.governance.number
        if number and number in seen:
            raise CmwError(
                f"{metric.path}: metric {metric.name}: number {number} is already that of {seen[number]}",
                "Give each metric a number of its own",
            )
        seen[number] = metric.name


def check_variants(metrics: dict[str, MetricDefinition]) -> None:
    """A variant is one of a headline metric, and computed for what that is computed for."""
    for metric in metrics.values():
        of = metric.governance.variant_of
        if of and (of not in metrics or metrics[of].governance.supporting):
            raise CmwError(
                f"{metric.path}: metric {metric.name}: {of} is no metric with a number",
                "Write under variant_of: the metric that this is a variant of",
            )
        if of and metric.governance.variant in ("default", "to_date", "fiscal"):
            raise CmwError(
                f"{metric.path}: metric {metric.name}: variant {metric.governance.variant} is the warehouse's own",
                "Give the variant another name",
            )
    names = [metric.published_as for metric in metrics.values()]
    for metric in metrics.values():
        if names.count(metric.published_as) > 1:
            raise CmwError(
                f"{metric.path}: metric {metric.name}: {' '.join(metric.published_as)} exists twice",
                "Give each variant of a metric a name of its own",
            )


def check_dimensions(metric: MetricDefinition, model: dict) -> None:
    known = {dimension["name"] for dimension in model["dimensions"]}
    for name in (*metric.dimensions, *metric.of_users):
        if name not in known:
            raise CmwError(
                f"{metric.path}: metric {metric.name}: dimension {name} is not in the semantic model {metric.model}",
                f"Take one of {', '.join(sorted(known))}, or add the dimension there",
            )


def check_unused(metrics: dict[str, MetricDefinition]) -> None:
    """What a supporting metric may leave to those that use it, it must say itself where none does."""
    used = {name for metric in metrics.values() for name in metric.inputs.values() if name != metric.name}
    for name in sorted(metrics.keys() - used):
        for key in ("grains", "required_inputs"):
            if not getattr(metrics[name].governance, key):
                raise CmwError(
                    f"{metrics[name].path}: metric {name}: {key} is missing, and no other metric is made of it",
                    f"Write {key}: under config: meta:, or remove the metric",
                )
