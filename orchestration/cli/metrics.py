"""`cmw metrics`: definitions and figures."""

from typing import Annotated, Any

import typer

from orchestration import environment
from orchestration.cli.output import JsonFlag, cell, console, print_json, print_table, show
from warehouse.published import open_published

app = typer.Typer(help="Metrics: what they mean, what they are.", no_args_is_help=True)

LISTED = (
    "number", "metric_name", "label_zh", "level", "owner", "period_grain", "period_start",
    "value", "unit", "target_value", "limit_status", "missing_input",
)  # fmt: skip
VALUES = (
    "period_start", "dimension_value", "value", "unit", "numerator", "denominator", "base_count", "null_reason",
    "previous_value", "same_period_last_year_value", "target_value", "limit_status",
)  # fmt: skip


@app.command("list")
def list_metrics(
    supporting: Annotated[bool, typer.Option("--supporting", help="Numerators and denominators too.")] = False,
    level: Annotated[str, typer.Option(help="strategic, management or execution")] = "",
    module: Annotated[str, typer.Option(help="acquisition, retention, finance …")] = "",
    owner: str = "",
    as_json: JsonFlag = False,
) -> None:
    """All metrics with owner, newest value and target; those without values say which input is missing."""
    from metrics.show import list_metrics as listed

    with open_published(environment.prepare()) as connection:
        rows = listed(connection, supporting=supporting, level=level, module=module, owner=owner)
    show("Metrics", rows, as_json, None if as_json else LISTED)


@app.command("show")
def show_metric(name: str, as_json: JsonFlag = False) -> None:
    """One metric: definition, lineage, newest values, who answers for it."""
    from metrics.show import describe

    with open_published(environment.prepare()) as connection:
        metric = describe(name, connection)
    if as_json:
        print_json(metric)
        return
    current = metric.pop("current")
    console.print(f"[bold]{metric.pop('metric_name')}[/] · {metric.get('label_zh', '')} · {metric.get('label_en', '')}")
    for key, value in metric.items():
        if value not in (None, "", []):
            console.print(f"  {key.replace('_', ' ')}: {_line(value)}", soft_wrap=True)
    print_table("Newest values", current)


@app.command()
def values(
    name: str,
    grain: Annotated[str, typer.Option(help="day, week, month, quarter or year")] = "month",
    by: Annotated[str, typer.Option(help="total, or a dimension such as region")] = "total",
    last: Annotated[int, typer.Option(help="How many periods.")] = 12,
    as_json: JsonFlag = False,
) -> None:
    """One metric's figures, newest first."""
    from metrics.show import values as figures

    with open_published(environment.prepare()) as connection:
        rows = figures(name, connection, grain=grain, dimension=by, periods=last)
    show(f"{name} by {grain}", rows, as_json, None if as_json else VALUES)


def _line(value: Any) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else cell(value)
