"""What every command shares: the company, the console, tables, and JSON for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

# Wide enough for its tables where no terminal says how wide it is.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set):
        return sorted(value)
    return str(value)


def print_json(value: object) -> None:
    """One JSON document on standard output; decimals are strings so that no cent is lost."""
    json.dump(value, sys.stdout, default=_plain, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float | Decimal):
        return f"{value:,.2f}" if abs(value) < 1e15 else str(value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def print_table(title: str, rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
    """Rows as a table; says so when there are none. What stands in brackets is text, not markup."""
    rows = list(rows)
    if not rows:
        console.print(f"{title}: none", markup=False)
        return
    columns = list(columns or rows[0])
    table = Table(title=escape(title), title_justify="left", header_style="bold")
    for column in columns:
        numeric = all(isinstance(row.get(column), int | float | Decimal | None) for row in rows)
        # a name is there to be copied
        no_wrap = column == "metric_name"
        table.add_column(
            escape(column.replace("_", " ")), justify="right" if numeric else "left", overflow="fold", no_wrap=no_wrap
        )
    for row in rows:
        table.add_row(*(escape(cell(row.get(column))) for column in columns))
    console.print(table)


def show(title: str, rows: Iterable[Mapping[str, Any]], as_json: bool, columns: Sequence[str] | None = None) -> None:
    if as_json:
        print_json(list(rows))
    else:
        print_table(title, rows, columns)
