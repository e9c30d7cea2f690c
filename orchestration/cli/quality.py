"""`cmw quality report`: failed checks and held-back rows of the published version."""

import typer

from orchestration import environment
from orchestration.cli.output import JsonFlag, print_json, print_table
from orchestration.cli.published_rows import published_rows
from quality.report import RECONCILIATION

app = typer.Typer(help="Quality: what failed, what is held back.", no_args_is_help=True)

FAILED = """
select gate, table_name, check_name, source_system, severity, failed_count, checked_count, owner, observed
from quality.check_results
where not passed
order by severity, gate, table_name, check_name
"""
HELD = """
select entity, rule, source_system, count(*) as rows_held, min(held_since) as since, owner
from quality.quarantined_rows
group by all
order by entity, rule
"""


@app.callback()
def group() -> None:
    """Quality results as published."""


@app.command()
def report(as_json: JsonFlag = False) -> None:
    """Failed checks, held-back rows and the reconciliation."""
    settings = environment.prepare()
    parts = {
        "failed_checks": published_rows(settings, FAILED),
        "held_back": published_rows(settings, HELD),
        "reconciliation": published_rows(settings, RECONCILIATION),
    }
    if as_json:
        print_json(parts)
        return
    print_table("Failed checks", parts["failed_checks"])
    print_table("Rows held back", parts["held_back"])
    print_table("Reconciliation", parts["reconciliation"])
