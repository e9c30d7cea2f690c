"""`cmw quality report`: failed checks with their keys and held-back rows of the published version."""

from typing import Any

import typer

from orchestration import environment
from orchestration.cli.output import JsonFlag, cell, console, print_json
from warehouse.company import load_company
from warehouse.published import open_published

app = typer.Typer(help="Quality: what failed, what is held back.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Quality results as published."""


@app.command()
def report(as_json: JsonFlag = False) -> None:
    """Failed checks with reason and keys, held-back rows, and what does not reconcile."""
    from quality.report import quality_report

    settings = environment.prepare()
    company = load_company(settings)
    with open_published(settings) as connection:
        parts = quality_report(connection)
    if as_json:
        print_json(parts)
        return
    _print_failed(parts["failed_checks"], company.language)
    _print_held(parts["held_back"], company.reporting_currency)
    _print_reconciliation(parts["reconciliation"])


def _say(text: str) -> None:
    """A line as it is: a name or a key in it is there to be copied, so it is neither cut nor read as markup."""
    console.print(text, soft_wrap=True, markup=False)


def _print_failed(checks: list[dict[str, Any]], language: str) -> None:
    critical = sum(check["severity"] == "critical" for check in checks)
    _say(f"Failed checks: {len(checks)}, {critical} of them critical" if checks else "Failed checks: none")
    for check in checks:
        who = ", ".join(part for part in (check["source_system"], f"owner {check['owner']}") if part)
        of = f" of {check['checked_count']:,}" if check["checked_count"] else ""
        name = f"{check['severity']:<8}  {check['table_name']}  {check['check_name']}"
        _say(f"{name}  {check['failed_count']:,}{of} failed  ({who})")
        _say(f"    {(language == 'zh' and check['reason_zh']) or check['reason']}")
        keys = check["failed_keys"] or []
        if check["observed"] and not check["observed"].startswith(f"{check['failed_count']} of "):
            _say(f"    {check['observed']}")
        if keys:
            _say(f"    keys: {', '.join(keys)}{_more_keys(check, len(keys))}")
    _say("")


def _more_keys(check: dict[str, Any], shown: int) -> str:
    """Gate 1 lists every key in a table of its own; what other checks did not keep, nobody has."""
    rest = check["failed_count"] - shown
    if rest <= 0:
        return ""
    return f" … and {rest:,} more" + (", all of them in quality.failing_rows" if check["gate"] == "raw" else "")


def _print_held(held: list[dict[str, Any]], currency: str) -> None:
    hint = "by rule, a row that breaks two under both; all of them in quality.quarantined_rows"
    _say(f"Rows held back: {hint}" if held else "Rows held back: none")
    for line in held:
        money = "" if line["amount"] is None else f", {currency} {cell(line['amount'])}"
        name = f"{line['entity']}  {line['rule']}"
        who = f"({line['source_system']}, owner {line['owner']})"
        _say(f"    {name}  {line['rows_held']:,} since {line['since']:%Y-%m-%d}{money}  {who}")
    _say("")


def _print_reconciliation(lines: list[dict[str, Any]]) -> None:
    compared = sum(line["comparisons"] for line in lines)
    differ = [line for line in lines if line["differences"]]
    ties = compared - sum(line["differences"] for line in differ)
    _say(f"Reconciliation: {ties:,} of {compared:,} comparisons tie; all of them in quality.reconciliation")
    for line in differ:
        subject = " ".join(part for part in (line["scope"], line["source_system"], line["subject"]) if part)
        sums = ", ".join(f"{name} {cell(line[name])}" for name in ("expected", "found", "held", "difference"))
        count = f"{line['differences']:,} of {line['comparisons']:,} differ"
        _say(f"    {subject}  {line['measure']}: {count}; {sums}, greatest {cell(line['greatest_difference'])}")
