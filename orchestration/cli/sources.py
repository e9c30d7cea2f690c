"""`cmw sources`: a first source file, what the source files promise, and reading a period again."""

import dataclasses
from datetime import datetime
from typing import Annotated

import typer

from orchestration import environment
from orchestration.cli.output import JsonFlag, console, print_table, show
from warehouse.company import load_company
from warehouse.errors import CmwError

app = typer.Typer(
    help="The source systems: begin one, check what they bring, read a period again.", no_args_is_help=True
)


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
def new(
    name: Annotated[str, typer.Argument(help="Name of the source system: lower-case letters, digits, underscores.")],
    kind: Annotated[str, typer.Option(help="crm, erp or service.")],
    connection: Annotated[str, typer.Option(help="SQLAlchemy URL, or ${NAME} of an environment variable.")],
) -> None:
    """Look into a database and write a first source file, with every guess marked."""
    from ingestion.new_source import new_source

    if kind not in ("crm", "erp", "service"):
        raise CmwError(f"{kind!r} is no kind of source", "Use crm, erp or service")
    settings = environment.prepare()
    path, guesses = new_source(settings, load_company(settings), name, kind, connection)
    rows = [
        {"entity": guess.entity.entity, "table": guess.table, "likeness": guess.likeness, "columns": len(guess.columns)}
        | {"required_but_not_found": ", ".join(guess.missing) or None}
        for guess in guesses
    ]
    print_table("Guesses, to be checked", rows)
    console.print(
        f"Wrote {path}. Correct what is marked as a guess, then run `cmw sources check`.", soft_wrap=True, markup=False
    )


@app.command()
def preview(
    entity: Annotated[str, typer.Argument(help="Entity, or system/entity.")],
    rows: int = typer.Option(3, help="How many rows."),
    as_json: JsonFlag = False,
) -> None:
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
        for finding in found.findings:  # beside the rows where a program reads those
            typer.echo(
                f"{finding.severity}: {finding.what}{'. ' + finding.remedy if finding.remedy else ''}", err=as_json
            )


@app.command()
def backfill(
    name: Annotated[str, typer.Argument(help="Source system, entity, or system/entity.")],
    first: Annotated[datetime, typer.Argument(metavar="FROM", formats=["%Y-%m-%d"], help="First day.")],
    last: Annotated[datetime, typer.Argument(metavar="TO", formats=["%Y-%m-%d"], help="Last day.")],
    as_json: JsonFlag = False,
) -> None:
    """Read the rows of a period again and compare them; adds what differs. `cmw run` then rebuilds."""
    from ingestion.backfill import Period
    from ingestion.extract import extract

    settings = environment.prepare()
    period = Period(first.date(), last.date())
    result = extract(settings, load_company(settings), run_id="backfill", only={name}, period=period)
    columns = ["source_system", "entity", "status", "rows_read", "new_versions", "unchanged", "deletes", "error"]
    show("Read again", [load.model_dump(mode="json", include=set(columns)) for load in result.loads], as_json, columns)
    if result.failed:
        raise typer.Exit(1)
    if not as_json:
        console.print("Run `cmw run` to rebuild from it." if result.changed else "Nothing was different.")
