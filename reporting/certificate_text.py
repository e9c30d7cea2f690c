"""A certificate as Markdown and on a terminal, in the company's language."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reporting.certificate_sections import sections
from reporting.certificate_words import WORDS

if TYPE_CHECKING:
    from reporting.certificate import Certificate

_COLOURS = {"critical": "red", "warning": "yellow", "ok": "green"}


def opening(certificate: "Certificate") -> tuple[str, str]:
    """The title, and the sentence that says which version this is and whether its marts are of this run."""
    words, version = WORDS[certificate.language], certificate.version
    title = words["title"].format(company=certificate.company, day=version.as_of_date or "–")
    if version.gate_passed:
        state = words["good"]
    elif version.marts_run_id:
        state = words["kept"].format(run=version.marts_run_id)
    else:
        state = words["no_marts"]
    facts = words["version"].format(
        version=version.version_id, tables=version.table_count, rows=f"{version.row_count:,}", state=state
    )
    return title, facts


def to_markdown(certificate: "Certificate") -> str:
    title, facts = opening(certificate)
    parts = [f"# {title}", facts]
    for section in sections(certificate):
        parts.append(f"## {section.title}")
        if section.rows:
            marks = ["---:" if place in section.numeric else "---" for place in range(len(section.columns))]
            lines = [section.columns, tuple(marks), *(tuple(_cell(cell) for cell in row) for row in section.rows)]
            parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
        if section.more:
            parts.append(WORDS[certificate.language]["more"].format(section.more))
        if section.sentence:
            parts.append(section.sentence)
    return "\n\n".join(parts) + "\n"


def to_screen(certificate: "Certificate", console: Console) -> None:
    title, facts = opening(certificate)
    console.rule(f"[bold]{escape(title)}[/]")
    console.print(escape(facts), style="" if certificate.version.gate_passed else "bold yellow")
    for section in sections(certificate):
        console.print()
        console.print(f"[bold]{escape(section.title)}[/]")
        if section.rows:
            table = Table(box=None, pad_edge=False, header_style="dim")
            for place, column in enumerate(section.columns):
                table.add_column(column, justify="right" if place in section.numeric else "left", overflow="fold")
            for row in section.rows:
                table.add_row(*(_coloured(cell, certificate.language) for cell in row))
            console.print(table)
        if section.more:
            console.print(WORDS[certificate.language]["more"].format(section.more), style="dim")
        if section.sentence:
            console.print(escape(section.sentence))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _coloured(text: str, language: str) -> str:
    for status, colour in _COLOURS.items():
        if text == WORDS[language][f"status_{status}"]:
            return f"[{colour}]{text}[/]"
    return escape(text)
