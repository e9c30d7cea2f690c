"""`cmw`: assembles the commands, and turns errors into one plain sentence with the remedy."""

import errno
import os
import sys
import traceback
from typing import NoReturn

import typer
from rich.markup import escape

from orchestration.cli import alerts, demo, erase, identity, metrics, quality, run, serve, sources, status
from orchestration.cli.output import console
from orchestration.full_disk import disk_full, stopped_by_full_disk
from warehouse.errors import CmwError
from warehouse.settings import Settings

STOPPED = 130
app = typer.Typer(
    name="cmw",
    help="Customer-metrics warehouse: CRM, ERP and service desk in, governed customer metrics out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (run, status, serve, erase):
    module.add_to(app)
for name, module in (
    ("sources", sources),
    ("metrics", metrics),
    ("quality", quality),
    ("identity", identity),
    ("alerts", alerts),
    ("demo", demo),
):
    app.add_typer(module.app, name=name)


@app.callback()
def options(debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error.")) -> None:
    """Options of every command."""
    if debug:
        os.environ["CMW_DEBUG"] = "1"


def _plain_sentence(error: BaseException) -> str:
    if isinstance(error, CmwError):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return str(CmwError(*disk_full(error.filename or "while writing")))
    if stopped_by_full_disk(str(error), Settings.from_environment().home):
        return str(CmwError(*disk_full("while writing")))
    if isinstance(error, PermissionError) and error.filename:
        what = f"{error.filename} may not be read or written by this user"
        return str(CmwError(what, "Give this user the rights, such as with chown, or run as the one who has them"))
    return f"{type(error).__name__}: {error}. Run again with --debug for the traceback."


def _leave(status: int) -> NoReturn:
    """Ends with that status; Typer makes it STOPPED when a person or the system stops the command."""
    if status == STOPPED:
        console.print("Stopped. What was published before stays as it was; `cmw run` goes on from here.")
    sys.exit(status)


def main() -> None:
    """Exit status 0 only when all went well; 1 for an error; 2 for wrong usage; 130 when interrupted."""
    try:
        # Outside its standalone mode Click returns the status of typer.Exit instead of raising it.
        _leave(app(standalone_mode=False) or 0)
    except typer.Exit as leaving:
        _leave(leaving.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _leave(STOPPED)
    except Exception as error:
        if os.environ.get("CMW_DEBUG"):
            traceback.print_exc()
        if hasattr(error, "show") and hasattr(error, "exit_code"):
            error.show()
            sys.exit(error.exit_code)
        console.print(f"[bold red]Error:[/] {escape(_plain_sentence(error))}", soft_wrap=True, markup=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
