"""`cmw identity`: doubtful pairs, and how to join or part customers."""

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration import environment, run_state
from orchestration.cli.output import JsonFlag, console, show
from orchestration.cli.published_rows import published_rows
from warehouse.clock import load_time
from warehouse.company import load_company
from warehouse.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

app = typer.Typer(help="Identity: who is who, and how to correct it.", no_args_is_help=True)
Reason = Annotated[str, typer.Option(help="Why; kept with the decision.")]
Key = Annotated[str, typer.Argument(help="A customer_key, such as C0123456789ab.")]
NEXT_RUN = "The next `cmw run` acts on it."


@app.command()
def review(as_json: JsonFlag = False) -> None:
    """Pairs that look alike but were not joined, with what speaks for and against."""
    rows = published_rows(environment.prepare(), "select * from identity.identity_review_queue order by all")
    show("Pairs to review", rows, as_json)


@app.command()
def merge(one: Key, other: Key, reason: Reason) -> None:
    """Decide that two customers (by customer_key) are one; the older key lives. `split` of a record undoes it."""
    from identity.decisions import merge_customers

    settings = environment.prepare()
    now = load_time(settings, load_company(settings))
    merge_customers(_store(settings), one, other, by=getpass.getuser(), reason=reason, at=now)
    run_state.forget(settings)
    console.print(f"{one} and {other} are one customer. {NEXT_RUN}")


@app.command()
def split(source_system: str, entity: str, source_key: str, reason: Reason) -> None:
    """Decide that a record (system, entity, key) is not the customer it was tied to; its old key comes back."""
    from identity.decisions import split_record

    settings = environment.prepare()
    now = load_time(settings, load_company(settings))
    record = (source_system, entity, source_key)
    split_record(_store(settings), record, by=getpass.getuser(), reason=reason, at=now)
    run_state.forget(settings)
    console.print(f"{'/'.join(record)} stands alone again. {NEXT_RUN}")


def _store(settings: Settings) -> "Engine":
    from warehouse.operational_store import open_store  # brings SQLAlchemy, which most commands do without

    return open_store(settings)
