"""`cmw metrics`: definitions and figures."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape

from orchestration import environment
from orchestration.cli.explained import print_explained
from orchestration.cli.figures import print_figures
from orchestration.cli.output import JsonFlag, cell, console, print_json, print_table
from warehouse.company import load_company
from warehouse.errors import CmwError
from warehouse.formats import figure, period
from warehouse.published import open_published

app = typer.Typer(help="Metrics: what they mean, what they are.", no_args_is_help=True)

LISTED = ("no", "metric_name", "label", "owner", "period", "value", "target", "status")
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
    """All metrics with owner, newest value and target; those without a value say why, or which input is missing."""
    from metrics.show import list_metrics as listed

    settings = environment.prepare()
    language = load_company(settings).language
    with open_published(settings) as connection:
        rows = listed(connection, supporting=supporting, level=level, module=module, owner=owner)
    if as_json:
        print_json(rows)
    else:
        print_table("Metrics", [_listed(row, language) for row in rows], LISTED)


@app.command("check")
def check_metrics() -> None:
    """Whether every definition of the project is complete; a changed project is parsed first, which takes a while."""
    from alerting.routes import load_routes
    from metrics.catalogue import load_catalogue
    from orchestration import owners
    from orchestration.dbt_parse import ensure_manifest

    settings = environment.prepare()
    catalogue = load_catalogue(ensure_manifest(settings))
    for sentence in owners.without_route(owners.of_metrics(catalogue), load_routes(settings)):
        console.print(f"warning: {sentence}. {owners.REMEDY}.", soft_wrap=True, markup=False)
    metrics = catalogue.metrics.values()
    parts = sum(metric.governance.supporting for metric in metrics)
    console.print(f"{len(metrics) - parts} metrics and {parts} parts and variants of them are complete.")


@app.command("show")
def show_metric(name: str, as_json: JsonFlag = False) -> None:
    """One metric: definition, lineage, newest values with a chart, who answers for it."""
    from metrics.history import history
    from metrics.show import describe

    with open_published(environment.prepare()) as connection:
        metric = describe(name, connection)
        metric["history"] = history(connection, name)
    if as_json:
        print_json(metric)
        return
    current, past = metric.pop("current"), metric.pop("history")
    labels = escape(f"{metric.get('label_zh', '')} · {metric.get('label_en', '')}")
    console.print(f"[bold]{metric.pop('metric_name')}[/] · {labels}")
    for key, value in metric.items():
        if value not in (None, "", []):
            console.print(f"  {key.replace('_', ' ')}: {_line(value)}", soft_wrap=True, markup=False)
    print_table("Newest values", [_shown(row) for row in current])
    if past["chart"]:
        console.print(f"  {past['from']} [bold]{past['chart']}[/] {past['to']}")
        console.print(f"  lowest {past['lowest']}, highest {past['highest']}")


@app.command()
def values(
    name: str,
    grain: Annotated[str, typer.Option(help="day, week, month, quarter or year")] = "month",
    by: Annotated[str, typer.Option(help="total, or a dimension such as region")] = "total",
    variant: Annotated[str, typer.Option(help="to_date, fiscal, or a named variant.")] = "",
    last: Annotated[int, typer.Option(help="How many periods.")] = 12,
    as_json: JsonFlag = False,
) -> None:
    """One metric's figures, newest first."""
    from metrics.show import values as figures

    with open_published(environment.prepare()) as connection:
        rows = figures(name, connection, grain=grain, dimension=by, periods=last, variant=variant)
    if as_json:
        print_json(rows)
    else:
        print_figures(f"{name} by {grain}", rows, VALUES)


@app.command("explain")
def explain_figure(
    name: str,
    period: Annotated[str, typer.Option(help="2026, 2026-Q3, 2026-08, 2026-W33 or 2026-08-17")],
    grain: Annotated[str, typer.Option(help="day, week, month, quarter or year; else as the period is written")] = "",
    dimension: Annotated[str, typer.Option(help="One member, as channel=web; else the total.")] = "",
    variant: Annotated[
        str, typer.Option(help="to_date, fiscal (the period that holds that first day), or a named variant.")
    ] = "",
    rows: Annotated[int, typer.Option(help="How many rows of each part to print; --json has all.")] = 20,
    as_json: JsonFlag = False,
) -> None:
    """The rows whose sum, count or median a figure is; fails when they do not give it."""
    from metrics.explain import explain
    from metrics.explained_period import period_of

    scope = dimension.split("=", 1) if dimension else ["total", "total"]
    if len(scope) != 2 or not all(scope):
        raise CmwError(f"{dimension} names no member", "Write --dimension channel=web")
    with open_published(environment.prepare()) as connection:
        found = explain(name, connection, period_of(period, grain), *scope, variant=variant)
    if as_json:
        print_json({**found, "parts": [{**asdict(part), "agrees": part.agrees} for part in found["parts"]]})
    else:
        print_explained(found, rows)
    wrong = [part.metric_name for part in found["parts"] if part.agrees is False or not part.documents_agree]
    if wrong:
        raise CmwError(f"The rows of {', '.join(wrong)} do not give the published figure", "Run `cmw run --full`")


def _listed(row: dict[str, Any], language: str) -> dict[str, Any]:
    """One metric in few columns: its limit is kept or not, or why there is no value; `show` has the whole reason."""
    reason = row["missing_input"] or str(row["no_value_reason"] or "").split(":")[0]
    return {
        **row,
        "no": row["number"],
        "label": row[f"label_{language}"],
        "period": period(row["period_grain"], row["period_start"]) if row["period_start"] else None,
        "value": figure(row["value"], row["unit"], row["currency"]),
        "target": figure(row["target_value"], row["unit"], row["currency"]),
        "status": reason if row["value"] is None else row["limit_status"].replace("none", "") or None,
    }


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """One newest figure in few columns: each as people read it, or why there is none."""

    def text(key: str) -> str:
        return figure(row[key], row["unit"], row["currency"])

    return {
        "period": period(row["period_grain"], row["period_start"]),
        "value": text("value") if row["value"] is not None else row["null_reason"],
        "before": text("previous_value"),
        "last_year": text("same_period_last_year_value"),
        "target": text("target_value"),
        "limit": row["limit_status"],
        "of": "–" if row["denominator"] is None else f"{cell(row['numerator'])} ÷ {cell(row['denominator'])}",
    }


def _line(value: Any) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else cell(value)
