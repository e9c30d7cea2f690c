"""`cmw dev`: Dagster's UI and daemon over this company's records."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration import environment
from orchestration.cli.output import console


def dev(
    port: Annotated[int, typer.Option(help="Port on the loopback.")] = 3000,
) -> None:
    """Open Dagster: asset graph, checks, schedules and sensors, with the runs that have been."""
    from orchestration.instance import open_instance, retire_dead_runs

    settings = environment.prepare()
    # Made here once, so that the UI and the daemon do not make Dagster's files at the same time.
    with open_instance(settings) as instance:
        retire_dead_runs(instance)
    dagster = Path(sys.executable).parent / "dagster"
    console.print(f"Dagster on http://127.0.0.1:{port} (Ctrl-C ends it); its records are in {settings.dagster_home}")
    command = [str(dagster), "dev", "-m", "orchestration.code_location", "-h", "127.0.0.1", "-p", str(port)]
    raise typer.Exit(subprocess.call(command, env={**os.environ}, cwd=Path(__file__).parents[2]))


def add_to(app: typer.Typer) -> None:
    app.command()(dev)
