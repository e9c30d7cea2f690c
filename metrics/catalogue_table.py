"""Writes metrics.metric_catalogue: what each metric means, who answers for it, and what it still lacks."""

import duckdb

from metrics.availability import needs_of
from metrics.catalogue import Catalogue
from metrics.definition import MetricDefinition
from metrics.governance import Governance, Limit, Target
from metrics.rules import minimum_base_of
from metrics.settings_used import settings_fingerprint, settings_of
from metrics.tables import CATALOGUE
from warehouse.company import Company


def write(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    missing: dict[str, str],
    company: Company,
    run_id: str,
) -> None:
    """Fills the empty table; part of the caller's transaction."""
    settings = settings_of(company)
    rows = [
        row(metric, missing, company)
        | {"settings_fingerprint": settings_fingerprint(metric, settings) or None, "run_id": run_id}
        for metric in catalogue.metrics.values()
    ]
    places = ", ".join(f"${column}" for column in CATALOGUE)
    connection.executemany(f"insert into metrics.metric_catalogue values ({places})", rows)


def row(metric: MetricDefinition, missing: dict[str, str], company: Company) -> dict[str, object]:
    """What one metric's definition says of the catalogue's columns; None where a column does not apply."""
    governance = metric.governance
    benchmark = governance.benchmark
    return {
        "metric_name": metric.name,
        "number": governance.number or None,
        "label_en": metric.label,
        "label_zh": governance.label_zh,
        "description_en": metric.description,
        "description_zh": governance.description_zh,
        "metric_type": metric.kind,
        "formula": metric.formula,
        "level": governance.level,
        "module": governance.module,
        "owner": governance.owner,
        "deputy": governance.deputy or None,
        "direction": governance.direction,
        "unit": governance.unit,
        "additivity": governance.additivity,
        "is_supporting": governance.supporting,
        "variant_of": governance.variant_of or None,
        "variant": governance.variant or None,
        "grains": ", ".join(metric.grains),
        "dimensions": ", ".join(metric.dimensions),
        "numerator_metric": metric.numerator or None,
        "denominator_metric": metric.denominator or None,
        "is_share_of_total": governance.share_of_total,
        "base_metric": metric.base or None,
        "minimum_base": minimum_base_of(metric, company) if metric.base else None,
        "matures_after_days": governance.matures_after_days or None,
        "targets": "; ".join(map(target_text, governance.targets)) or None,
        "limits": "; ".join(map(limit_text, governance.limits)) or None,
        "benchmark_value": benchmark.value if benchmark else None,
        "benchmark_source": benchmark.source if benchmark else None,
        "benchmark_unknown": benchmark.unknown if benchmark else None,
        "absences": absences_text(governance) or None,
        "invariants": ", ".join(governance.invariants),
        "definition_version": governance.version,
        "sql_fingerprint": metric.sql_fingerprint or None,
        "action_en": governance.action or None,
        "action_zh": governance.action_zh or None,
        "required_inputs": ", ".join(needs_of(governance.required_inputs, company.profile)) or None,
        "is_available": metric.name not in missing,
        "missing_input": missing.get(metric.name),
        "no_value_reason": None,
        "lineage": ", ".join(metric.lineage),
        "definition_path": metric.path,
    }


def absences_text(governance: Governance) -> str:
    return "; ".join(f"{key} {reason}" for key, reason in governance.absent.items())


def target_text(target: Target) -> str:
    scope = "" if target.dimension == "total" else f" for {target.dimension} {target.member}"
    return f"{target.value} by {target.grain}{scope} ({target.origin})"


def limit_text(limit: Limit) -> str:
    def number(value: object) -> str:
        return " to ".join(map(str, value)) if isinstance(value, tuple) else str(value)

    parts = [
        f"{name} {number(value)}"
        for name, value in (("warning", limit.warning), ("critical", limit.critical))
        if value is not None
    ]
    grains = f" by {' and '.join(limit.grains)}" if limit.grains else ""
    return f"{', '.join(parts)}{grains} ({limit.origin})"
