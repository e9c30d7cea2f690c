"""Prints the rows behind a figure: each part with its rows, the total under them, and whether it is the figure."""

from typing import Any

from orchestration.cli.figures import print_figures
from orchestration.cli.output import cell, console, print_table

_FIGURE = (
    "period_start",
    "dimension_name",
    "dimension_value",
    "variant",
    "value",
    "unit",
    "numerator",
    "denominator",
    "null_reason",
)


def print_explained(found: dict[str, Any], limit: int) -> None:
    """``found`` is what metrics.explain.explain gives; at most ``limit`` rows of each part are printed."""
    figure = found["figure"]
    print_figures(f"{figure['metric_name']} = {found['formula']}", [figure], _FIGURE)
    for part in found["parts"]:
        print_table(f"{part.role} {part.metric_name}: {part.what}, rows of {part.table}", part.rows[:limit])
        _print_rest(len(part.rows), limit)
        if part.rows_without_amount:
            console.print(f"  and {part.rows_without_amount:,} rows of the period that add nothing")
        console.print(f"  [bold]total {cell(part.total)}[/] {_verdict(part)}")
        if part.documents:
            print_table("what these rows are sums of", part.documents[:limit])
            _print_rest(len(part.documents), limit)
            rest = part.total - part.documents_total
            named = (
                "is bridged to the ledger or allocated, and has" if part.unit == "money" else "of the rows above have"
            )
            more = f"; {cell(rest)} {named} no document" if rest else ""
            console.print(f"  [bold]total {cell(part.documents_total)}[/]{more}")


def _print_rest(count: int, limit: int) -> None:
    if count > limit:
        console.print(f"  … and {count - limit:,} more; --rows {count} prints them, --json has them all")


def _verdict(part: Any) -> str:
    if part.agrees is None:
        return f"not published: {part.reason}"
    return "is the published figure" if part.agrees else f"is not the published figure, {cell(part.published)}"
