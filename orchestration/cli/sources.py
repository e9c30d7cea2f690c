"""`cmw sources`: is what the source files promise really there."""

import dataclasses

import typer

from orchestration import environment
from orchestration.cli.output import JsonFlag, console, show
from warehouse.company import load_company

app = typer.Typer(help="The source systems: check what they bring.", no_args_is_help=True)


@app.command()
def check(as_json: JsonFlag = False) -> None:
    """Connect to every source and compare tables, columns and codes with the source files."""
    from ingestion.check import check_sources

    settings = environment.prepare()
    findings = check_sources(settings, load_company(settings))
    rows = [dataclasses.asdict(finding) for finding in findings]
    show("Findings of the source check", rows, as_json)
    if any(row["severity"] == "error" for row in rows):
        raise typer.Exit(1)
    if not as_json:
        console.print("The sources can be read.")


@app.command()
def preview(entity: str, rows: int = typer.Option(3, help="How many rows."), as_json: JsonFlag = False) -> None:
    """Show how the first rows of an entity would look once mapped, without loading them."""
    from ingestion.preview import preview as preview_entity

    settings = environment.prepare()
    for found in preview_entity(settings, load_company(settings), entity, limit=rows):
        listed = found.rows.to_pylist()
        columns = [
            {"column": name, **{f"row {number}": row[name] for number, row in enumerate(listed, 1)}}
            for name in found.rows.column_names
        ]
        show(f"{found.entity} of {found.source_system}", listed if as_json else columns, as_json)
        for finding in found.findings:
            console.print(finding.what)
