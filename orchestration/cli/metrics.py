"""`cmw metrics`: definitions and figures."""

from typing import Annotated

import typer

from orchestration import environment
from orchestration.cli.output import JsonFlag, show
from orchestration.cli.published_rows import published_rows

app = typer.Typer(help="Metrics: what they mean, what they are.", no_args_is_help=True)


@app.command("list")
def list_metrics(as_json: JsonFlag = False) -> None:
    """All metrics with owner, level, and which input is missing where there are no values."""
    show("Metrics", published_rows(environment.prepare(), "select * from metrics.metric_catalogue order by 1"), as_json)


@app.command()
def values(
    name: str,
    grain: Annotated[str, typer.Option(help="day, week, month, quarter or year")] = "month",
    by: Annotated[str, typer.Option(help="total, or a dimension such as region")] = "total",
    last: Annotated[int, typer.Option(help="How many periods.")] = 13,
    as_json: JsonFlag = False,
) -> None:
    """One metric's figures."""
    query = """
        select period_start, dimension_value, value, unit, numerator, denominator, base_count, null_reason,
            previous_value, target_value, limit_status
        from metrics.metric_values
        where metric_name = $1 and period_grain = $2 and dimension_name = $3 and variant = 'default'
            and period_start in (
                select distinct period_start from metrics.metric_values
                where metric_name = $1 and period_grain = $2 order by 1 desc limit $4
            )
        order by period_start, dimension_value
    """
    show(f"{name} by {grain}", published_rows(environment.prepare(), query, [name, grain, by, last]), as_json)
