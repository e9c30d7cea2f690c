"""The company's settings that a metric's value depends on, as one fingerprint: others would make another metric."""

import hashlib
import json
from datetime import date

from metrics.definition import MetricDefinition
from warehouse.company import Company
from warehouse.run_context import context_row


def settings_of(company: Company) -> dict[str, str]:
    """What dbt is told of the company, as text."""
    return {name: str(value) for name, value in context_row(company, "", date(2000, 1, 1)).items()}


def settings_fingerprint(metric: MetricDefinition, settings: dict[str, str]) -> str:
    """Eight hexadecimal digits; '' for a metric that depends on none."""
    used = set(metric.settings_used)
    if metric.base and not isinstance(metric.governance.minimum_base, int):
        used.add("minimum_base")
    text = json.dumps({name: settings[name] for name in sorted(used)})
    return hashlib.sha256(text.encode()).hexdigest()[:8] if used else ""
