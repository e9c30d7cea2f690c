"""`cmw dev`: Dagster's UI and daemon over this company's records."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration import environment
from orchestration.cli.output import console
from warehouse.settings import PROJECT_ROOT


def dev(
    port: Annotated[int, typer.Option(help="Port on the loopback.")] = 3000,
) -> None:
    """Open Dagster: asset graph, checks, schedules and sensors, with the runs that have been."""
    from orchestration.dbt_parse import ensure_manifest
    from orchestration.instance import open_instance, retire_dead_runs

    settings = environment.prepare()
    ensure_manifest(settings)  # here, because Dagster waits only so long for its code to load
    # Made here once, so that the UI and the daemon do not make Dagster's files at the same time.
    with open_instance(settings) as instance:
        retire_dead_runs(instance)
    console.print(f"Dagster on http://127.0.0.1:{port} (Ctrl-C ends it); its records are in {settings.dagster_home}")
    # What it loads stands in pyproject.toml.
    command = [str(Path(sys.executable).parent / "dagster"), "dev", "-h", "127.0.0.1", "-p", str(port)]
    services: list[subprocess.Popen] = []
    # Before the start: a signal that a background shell ignores would else be ignored by all that is started here.
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, lambda *_: [one.terminate() for one in services])
    # In a group of its own Dagster hears of the end once, from here, and ends its services itself.
    services.append(subprocess.Popen(command, cwd=PROJECT_ROOT, start_new_session=True))
    raise typer.Exit(services[0].wait())


def add_to(app: typer.Typer) -> None:
    app.command()(dev)
