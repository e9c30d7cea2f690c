"""Published figures as a person reads them in a table: `--json` has them as they are stored."""

from collections.abc import Sequence
from typing import Any

from orchestration.cli.output import print_table
from warehouse.formats import figure

_FIGURES = ("value", "previous_value", "same_period_last_year_value", "target_value")
# The words of `cmw metrics show`; the long names of the columns leave no room for the digits below them.
_SHORT = {
    "dimension_value": "member", "base_count": "base", "null_reason": "why_none", "previous_value": "before",
    "same_period_last_year_value": "last_year", "target_value": "target", "limit_status": "limit",
}  # fmt: skip


def print_figures(title: str, rows: list[dict[str, Any]], columns: Sequence[str]) -> None:
    """Rows of metric_values, without the columns in which none of them has anything."""
    read = [_as_read(row) for row in rows]
    filled = [key for key in columns if key == "value" or any(row[key] is not None for row in read)]
    print_table(title, [{_SHORT.get(key, key): row[key] for key in filled} for row in read])


def _as_read(row: dict[str, Any]) -> dict[str, Any]:
    """A share in percent, as two decimals of 0.8996 would not stand below a limit of 0.9; money with its currency."""
    if row["unit"] == "rate":
        return {**row, **{key: figure(row[key], "rate") for key in _FIGURES if row[key] is not None}, "unit": None}
    return {**row, "unit": row["currency"] or row["unit"]} if row["unit"] == "money" else row
