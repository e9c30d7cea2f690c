"""The governance of one node of dbt's manifest, or an error that says what is missing where."""

from typing import Any

from pydantic import ValidationError

from metrics.governance import Governance
from warehouse.errors import CmwError
from warehouse.model_faults import key_of, message_of, remedy, tell


def governance_of(node: dict) -> Governance:
    where = f"{node['original_file_path']}: metric {node['name']}"
    try:
        return Governance.model_validate(node["config"].get("meta") or {})
    except ValidationError as error:
        raise CmwError(f"{where}: {tell(error, _sentence)}", _remedy(error)) from None


def _remedy(error: ValidationError) -> str:
    if any(fault["type"] == "extra_forbidden" for fault in error.errors()):
        return remedy(error, Governance)
    keys = {str(fault["loc"][0]) if fault["loc"] else "" for fault in error.errors()}
    key = keys.pop() if len(keys) == 1 else ""
    verb = "Write" if all("missing" in _sentence(fault) for fault in error.errors()) else "Correct"
    what = f"{key}: " if key else "them " if keys else "it "
    return f"{verb} {what}under config: meta: of this metric; CONTRIBUTING.md has a pattern"


def _sentence(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return f"{key_of(fault)} is no key of a metric"
    what = "is missing" if fault["type"] == "missing" else message_of(fault)
    return f"{key_of(fault)} {what}".strip()
