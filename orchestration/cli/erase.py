"""`cmw erase`: takes a person's data out of everything that the product keeps."""

import getpass
from collections import Counter
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from orchestration import environment
from orchestration.cli.output import JsonFlag, console, print_json, print_table
from warehouse.errors import CmwError

LISTED = 40


def erase(
    source: Annotated[str, typer.Option(help="Source system of the row that names the person.")] = "",
    entity: Annotated[str, typer.Option(help="Its entity: contacts, leads, tickets, accounts …")] = "",
    key: Annotated[str, typer.Option(help="Its key in that source.")] = "",
    customer: Annotated[str, typer.Option(help="A customer_key instead: everybody known at that customer.")] = "",
    private: Annotated[bool, typer.Option("--private", help="The customer is a person: erase the name too.")] = False,
    reason: Annotated[str, typer.Option(help="Why; kept with the audit record.")] = "",
    by: Annotated[str, typer.Option(help="Who does this; your login when left out.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be erased.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Erase a person's data, in every version; amounts and counts stay. It cannot be undone."""
    from orchestration.erase import Subject, erase_person, find_person, row_of

    if bool(customer) == bool(source and entity and key):
        raise CmwError("Whom to erase is not clear", "Give --source, --entity and --key of one row, or --customer")
    if not reason and not dry_run:
        raise CmwError("An erasure needs a reason, which the audit record keeps", "Give --reason")
    settings = environment.prepare()
    subject = Subject(customer, None if customer else row_of(settings, source, entity, key), private)
    found = find_person(settings, subject)
    rows = [
        {"source_system": row.source_system, "entity": row.entity, "key": row.key, "found_by": why}
        | {"name_too": row.with_name}
        for row, why in found.why.items()
    ]
    if dry_run and as_json:
        print_json(rows)
    if not as_json:
        print_table(f"Personal columns of {len(rows)} row(s), in every version", rows[:LISTED])
        if len(rows) > LISTED:
            told = Counter(row["entity"] for row in rows[LISTED:])
            console.print("and " + ", ".join(f"{number} {name}" for name, number in sorted(told.items())))
    if dry_run:
        return
    if not yes:
        typer.confirm("Erase them for good? This cannot be undone.", abort=True)
    done = erase_person(settings, subject, by=by or getpass.getuser(), reason=reason)
    if as_json:
        print_json(asdict(done))
        return
    console.print(
        f"Erased: {done.versions} version(s) of {done.rows} row(s) in {done.files} file(s) of the change log, "
        f"{done.texts} text(s) of alerts, tasks and records. The sources cannot bring them back."
    )
    console.print(f"Removed copies: {', '.join(done.removed) or 'none'}")
    for path in done.still_in:
        console.print(
            f"[bold yellow]Still there:[/] {escape(str(path))} holds one of the values; remove it.", soft_wrap=True
        )
    console.print("Run `cmw run`: it rebuilds the tables and withdraws the version that is published now.")


def add_to(app: typer.Typer) -> None:
    app.command()(erase)
