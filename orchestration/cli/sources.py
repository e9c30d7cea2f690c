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
