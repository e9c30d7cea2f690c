"""`cmw demo`: a simulated company to try everything on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

import typer

from orchestration import environment
from orchestration.cli.output import console
from warehouse.errors import CmwError

app = typer.Typer(help="The demo company: create it, let it live on.", no_args_is_help=True)


def _report(event: str, detail: dict) -> None:
    if event == "step":
        console.print(f"  {detail['name']}")


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What the demo company cannot do is told like every other error."""
    from demo_company.plan import DemoError

    try:
        yield
    except DemoError as error:
        what, _, remedy = str(error).partition(". ")
        raise CmwError(what, remedy) from error


@app.command()
def create(
    profile: Annotated[str, typer.Option(help="machine_maker, shop, twenty or concentrated")] = "machine_maker",
    customers: Annotated[int | None, typer.Option(help="Number of customers (default: the profile's).")] = None,
    months: Annotated[int, typer.Option(help="Months of history.")] = 36,
    seed: Annotated[int, typer.Option(help="The same seed gives the same company.")] = 20260630,
    end_date: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The company's last day.")] = datetime(
        2026, 6, 30
    ),
    if_missing: Annotated[bool, typer.Option("--if-missing", help="Do nothing where there is one already.")] = False,
) -> None:
    """Simulate a company and write its CRM, ERP and service-desk databases, and the truth about them."""
    from demo_company.company_config import write_config
    from demo_company.create import create as create_company

    settings = environment.prepare()
    if if_missing and (settings.home / "demo" / "today.txt").exists():
        console.print(f"The demo company is there already, in {settings.home / 'demo'}")
        return
    console.print(f"Creating the demo company ({profile}, {months} months)")
    with _plain_errors():
        summary = create_company(
            settings.home,
            profile=profile,
            customers=customers,
            months=months,
            seed=seed,
            end_date=date(end_date.year, end_date.month, end_date.day),
            report=_report,
        )
    for database, tables in summary.rows.items():
        console.print(f"  {database}: {sum(tables.values()):,} rows in {len(tables)} tables")
    if profile != "machine_maker":
        folder = write_config(settings.config, settings.home / "demo" / "config", profile)
        console.print(f"Its configuration is in {folder}: set CMW_CONFIG to that folder")
    console.print(f"Its business date is {summary.today}. Next: cmw run")


@app.command()
def advance(days: Annotated[int, typer.Option(help="How many days it lives on.")] = 1) -> None:
    """Let the demo company live on: new, changed, deleted and late rows, listed in its journal."""
    from demo_company.advance import advance as advance_company

    settings = environment.prepare()
    with _plain_errors():
        console.print(str(advance_company(settings.home, days, report=_report)))
