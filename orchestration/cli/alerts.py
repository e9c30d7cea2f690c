"""`cmw alerts`: what is open, who has it, how it ended."""

import getpass
from typing import Annotated

import typer

from orchestration import environment
from orchestration.cli.output import JsonFlag, console, show
from warehouse.company import load_company
from warehouse.operational_store import open_store

app = typer.Typer(help="Alerts: list, acknowledge, close with a result.", no_args_is_help=True)
Who = Annotated[str, typer.Option("--by", help="Who does this; your login when left out.")]


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
    rows = [
        {
            "id": alert.alert_id,
            "severity": alert.severity,
            "owner": alert.owner,
            "title": alert.title.in_language(language),
            "money_at_risk": alert.money,
            "next_step": alert.next_step.in_language(language),
            "due": alert.due,
            "state": alert.state,
        }
        for alert in list_alerts(open_store(settings), state, owner)
    ]
    show("Alerts", rows, as_json)


@app.command()
def ack(alert_id: int, by: Who = "") -> None:
    """Say that you are at it; reminders stop, only a worsening is told."""
    from alerting.actions import acknowledge

    alert = acknowledge(open_store(environment.prepare()), alert_id, by or getpass.getuser())
    console.print(f"Alert {alert.alert_id} is acknowledged by {alert.acknowledged_by}.")


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

    alert = actions.close(open_store(environment.prepare()), alert_id, by or getpass.getuser(), result)
    console.print(f"Alert {alert.alert_id} is closed: {alert.result}")
