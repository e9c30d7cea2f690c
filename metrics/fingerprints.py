"""A changed formula needs a new version: each metric's formula is remembered by a fingerprint, beside its version.

``metrics/definition_fingerprints.yml`` is written by `make docs` and committed. A metric whose formula is not the
remembered one under the same version is refused wherever definitions are read. The SQL below a metric has a fingerprint
of its own there: whoever changes a mart sees in the difference which metrics it makes, and whether one needs a version.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import yaml

from metrics.absences import is_open
from metrics.definition import MetricDefinition
from warehouse.errors import CmwError

FILE = Path(__file__).with_name("definition_fingerprints.yml")
PROJECT = "customer_metrics"
_HEAD = "# Written by `make docs`: version and fingerprint of each metric's formula. 由 `make docs` 生成。\n"
_MEASURE = ("name", "agg", "expr", "agg_params", "agg_time_dimension", "non_additive_dimension")
_RULES = ("base", "minimum_base", "matures_after_days", "new_within_months", "looks_back", "window_months")
_PARAMETERS = ("measure", "numerator", "denominator", "expr", "window", "grain_to_date", "metrics")


def definition_text(node: dict, measures: dict[str, tuple[str, dict]]) -> str:
    """All of a metric's MetricFlow definition that can change its value, as one line.

    Args:
        node: the metric in dbt's manifest.
        measures: measure name to (semantic model, measure).
    """
    parameters = node["type_params"]
    meta = node["config"].get("meta") or {}
    used = [measures[measure["name"]] for measure in parameters["input_measures"]]
    return json.dumps(
        _without_empty(
            {
                "type": node["type"],
                "filter": node.get("filter"),
                "parameters": {name: parameters.get(name) for name in _PARAMETERS},
                "measures": [[model, {name: measure.get(name) for name in _MEASURE}] for model, measure in used],
                "rules": {name: meta.get(name) for name in _RULES if not is_open(meta.get(name))},
            }
        ),
        sort_keys=True,
        default=str,
    )


def _without_empty(value: object) -> object:
    """Without what is not said, so that another version of dbt that knows more keys changes nothing."""
    if isinstance(value, dict):
        return {key: _without_empty(part) for key, part in value.items() if part not in (None, {}, [], "")}
    return [_without_empty(part) for part in value] if isinstance(value, list) else value


def fingerprints(metrics: Iterable[MetricDefinition]) -> dict[str, str]:
    """Twelve hexadecimal digits of each metric's definition and of those it is made of."""
    texts = {metric.name: metric.definition_text for metric in metrics}
    return {
        metric.name: hashlib.sha256(
            "\n".join(texts[name] for name in dict.fromkeys([metric.name, *metric.inputs.values()])).encode()
        ).hexdigest()[:12]
        for metric in metrics
    }


def check_versions(metrics: list[MetricDefinition], path: Path = FILE) -> None:
    """Raises CmwError for a metric whose formula has changed and whose version has not."""
    remembered = _read(path)
    found = fingerprints(metrics)
    for metric in metrics:
        known = remembered.get(metric.name)
        version = metric.governance.version
        if known is None or known["fingerprint"] == found[metric.name]:
            continue
        if version <= known["version"]:
            raise CmwError(
                f"{metric.path}: metric {metric.name}: the formula has changed, or that of its numerator, denominator"
                f" or base, but its version is still {version}",
                f"Write version: {known['version'] + 1} under config: meta: of this metric, then run `make docs`",
            )


def render(metrics: list[MetricDefinition]) -> str:
    """The file's content for these definitions."""
    found = fingerprints(metrics)
    rows = {
        metric.name: {
            "version": metric.governance.version,
            "fingerprint": found[metric.name],
            **({"sql": metric.sql_fingerprint} if metric.sql_fingerprint else {}),
        }
        for metric in sorted(metrics, key=lambda one: one.name)
    }
    return _HEAD + yaml.safe_dump(rows, default_flow_style=None, sort_keys=False, width=120)


def _read(path: Path) -> dict[str, dict]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {} if path.exists() else {}
