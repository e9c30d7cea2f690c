"""`cmw run`, `cmw publish` and `cmw close`."""

import signal
from typing import Annotated

import typer

from orchestration import environment
from orchestration.cli.output import JsonFlag, console, print_json
from orchestration.cli.progress import terminal_reporter
from warehouse.errors import CmwError


def run(
    full: Annotated[bool, typer.Option("--full", help="Read every source completely and rebuild every table.")] = False,
    source: Annotated[
        str, typer.Option("--source", help="Read only this source system, entity, or system/entity.")
    ] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="Rebuild what was known on DATE, beside what is published.")
    ] = "",
    wait: Annotated[int, typer.Option("--wait", help="Seconds to wait for a run that is under way.")] = 0,
    as_json: JsonFlag = False,
) -> None:
    """Read what is new, judge it, rebuild, publish, and tell the people concerned."""
    from orchestration.execute import run_company

    if as_of and (full or source):
        raise CmwError("--as-of reads no source and always rebuilds", "Leave out --full and --source")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped by a service manager as by a person
    settings = environment.prepare()
    log = "last_replay.log" if as_of else "last_run.log"
    with terminal_reporter(settings.home / "logs" / log, silent=as_json):
        if as_of:
            from orchestration.replay import replay_company

            outcome = replay_company(settings, as_of, wait_seconds=wait)
        else:
            outcome = run_company(settings, full=full, only=source, wait_seconds=wait)
    if as_json:
        print_json(outcome.as_dict())
    else:
        outcome.render(console)
    if not outcome.is_good:
        raise typer.Exit(1)


def publish() -> None:
    """Publish the working file's tables again as a new version."""
    from orchestration.execute import publish_again

    settings = environment.prepare()
    version = publish_again(settings)
    console.print(f"Published version {version}: {settings.published / 'current' / 'customer_metrics.duckdb'}")


def close() -> None:
    """Close what is over and past its closing day: its values are kept as reported, whatever is learned later."""
    from metrics.closing import summary
    from orchestration.closing import close_published_periods

    closed = close_published_periods(environment.prepare())
    if closed:
        console.print(f"Closed {summary(closed)}; the newest begins on {max(start for _, start in closed)}")
    else:
        console.print("Nothing to close: every period whose closing day has come is closed.")


def add_to(app: typer.Typer) -> None:
    app.command()(run)
    app.command()(publish)
    app.command()(close)
