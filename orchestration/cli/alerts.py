"""`cmw alerts`: what is open and why, who has it, how it ended."""

import getpass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration import environment
from orchestration.cli.output import JsonFlag, console, print_json, show
from orchestration.cli.shown_alert import as_dict, print_alert, summary
from warehouse.clock import load_time
from warehouse.company import load_company
from warehouse.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

app = typer.Typer(help="Alerts: list, show, acknowledge, close with a result.", no_args_is_help=True)
Who = Annotated[str, typer.Option("--by", help="Who does this; your login when left out.")]
LISTED = ("id", "severity", "owner", "title", "money_at_risk", "next_step", "due", "state")


@app.command("list")
def list_open(
    state: Annotated[str, typer.Option(help="open, acknowledged, closed or all; not closed by default.")] = "",
    owner: Annotated[str, typer.Option(help="Only this owner's.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Alerts, most urgent first, then most money."""
    from alerting.actions import list_alerts

    settings = environment.prepare()
    language = load_company(settings).language
    rows = [summary(alert, language) for alert in list_alerts(_store(settings), state, owner)]
    show("Alerts", rows, as_json, LISTED)
    if rows and not as_json:
        console.print("`cmw alerts show ID` tells the reason, whom it was told to, and its tasks or members.")


@app.command("show")
def show_one(alert_id: int, as_json: JsonFlag = False) -> None:
    """One alert: reason, money, next step, owner, when it opened, whom it was told to, its tasks or members, result."""
    from alerting.routes import load_routes
    from alerting.show import show as shown_alert

    settings = environment.prepare()
    company = load_company(settings)
    shown = shown_alert(_store(settings), alert_id)
    if as_json:
        print_json(as_dict(shown, company.language))
    else:
        why = "" if shown.told else load_routes(settings).why_nobody(shown.alert.owner, shown.alert.severity)
        print_alert(shown, company.language, company.reporting_currency, why)


@app.command()
def ack(alert_id: int, by: Who = "") -> None:
    """Say that you are at it; reminders stop, only a worsening is told."""
    from alerting.actions import acknowledge

    settings = environment.prepare()
    alert = acknowledge(_store(settings), alert_id, by or getpass.getuser(), _now(settings))
    console.print(f"Alert {alert.alert_id} is acknowledged by {alert.acknowledged_by}.", markup=False)


@app.command()
def close(
    alert_id: int,
    result: Annotated[
        str, typer.Option(help='What was done and what came of it; a false alarm begins with "false alarm" or "误报".')
    ],
    by: Who = "",
) -> None:
    """Close an alert and its tasks, with a result."""
    from alerting import actions

    settings = environment.prepare()
    alert = actions.close(_store(settings), alert_id, by or getpass.getuser(), result, _now(settings))
    console.print(f"Alert {alert.alert_id} is closed: {alert.result}", markup=False)


def _now(settings: Settings) -> datetime:
    """By the clock that alerts are opened by, which in a company that lives in its own time is not the machine's."""
    return load_time(settings, load_company(settings))


def _store(settings: Settings) -> "Engine":
    from warehouse.operational_store import open_store  # brings SQLAlchemy, which most commands do without

    return open_store(settings)
