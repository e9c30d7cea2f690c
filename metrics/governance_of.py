"""The governance of one node of dbt's manifest, or an error that says what is missing where."""

from pydantic import ValidationError

from metrics.governance import Governance
from warehouse.errors import CmwError


def governance_of(node: dict) -> Governance:
    where = f"{node['original_file_path']}: metric {node['name']}"
    try:
        return Governance.model_validate(node["config"].get("meta") or {})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        what = "is missing" if first["type"] == "missing" else first["msg"].removeprefix("Value error, ")
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise CmwError(
            f"{where}: {f'{key} ' if key else ''}{what}{more}",
            f"Write {f'{key}: ' if key else 'it '}under config: meta: of this metric; CONTRIBUTING.md has a pattern",
        ) from None
