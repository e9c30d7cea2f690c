"""`cmw sources new`: looks into a database and writes a first source file, every guess marked as one."""

import json
import re
from difflib import get_close_matches
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from ingestion.connection import open_engine
from ingestion.connection_secrets import without_secret
from ingestion.connection_text import expand_connection, holds_secret
from ingestion.entities import load_contract
from ingestion.guess import Guess, guess_all
from warehouse.company import Company
from warehouse.errors import CmwError
from warehouse.settings import Settings

TIMEOUT_SECONDS = 60
CODES_SHOWN = 20


def new_source(settings: Settings, company: Company, name: str, kind: str, connection: str) -> tuple[Path, list[Guess]]:
    """Writes config/sources/<name>.yml and returns it with the guesses.

    A connection with a password is written as ${<NAME>_URL}. Raises CmwError where the file is there already, the
    database cannot be reached, or none of its tables looks like an entity of that kind.
    """
    path = settings.config / "sources" / f"{name}.yml"
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise CmwError(f"{name!r} is no name of a source system", "Use lower-case letters, digits and underscores")
    if path.exists():
        raise CmwError(f"{path} is there already", "Choose another name, or add entities to it by hand")
    url = expand_connection(connection, settings, path.name)
    if "://" not in url:
        raise CmwError(f"{connection} is no database", "For a folder write the file by hand, as docs/sources.md shows")
    entities = [entity for entity in load_contract().values() if entity.kind == kind]
    engine = open_engine(url, path.name, TIMEOUT_SECONDS)
    try:
        with engine.connect() as opened:
            tables = _tables(opened)
            guesses = guess_all(entities, tables)
            if not guesses:
                shown = ", ".join(sorted(tables)[:20]) or "none"
                raise CmwError(
                    f"No table is named like an entity of kind {kind}; there are: {shown}",
                    f"Write the file by hand, as docs/sources.md shows; the entities are in ingestion/contract/{kind}",
                )
            parts = [_entity(opened, guess, tables[guess.table]) for guess in guesses]
    except SQLAlchemyError as error:
        told = without_secret(str(getattr(error, "orig", None) or error), url)
        raise CmwError(f"{path.name}: {told}", "Check the connection") from None
    finally:
        engine.dispose()
    unused = sorted(set(tables) - {guess.table for guess in guesses})
    text = "\n".join([*_head(name, kind, _unwritten(name, connection), company), *parts, *_tail(unused)]) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path, guesses


def _unwritten(name: str, connection: str) -> str:
    """The connection as it may stand in a file."""
    return f"${{{name.upper()}_URL}}" if holds_secret(connection) else connection


def _tables(opened: sa.Connection) -> dict[str, list[str]]:
    """Tables and views of the default schema, with their columns."""
    inspector = sa.inspect(opened)
    names = [*inspector.get_table_names(), *inspector.get_view_names()]
    return {name: [str(column["name"]) for column in inspector.get_columns(name)] for name in names}


def _head(name: str, kind: str, connection: str, company: Company) -> list[str]:
    return [
        "# yaml-language-server: $schema=../../docs/source_file.schema.json",
        "# A first draft by `cmw sources new`. Check every guess and remove its mark, then `cmw sources check`.",
        f"source_system: {name}",
        f"kind: {kind}",
        f"connection: {json.dumps(connection, ensure_ascii=False)}",
        f"timezone: {company.time_zone}  # guess: the company's; what a time without zone means in this system",
        f"default_currency: {company.reporting_currency}  # guess: the company's; where a row names none",
        'owner: ""  # who is told when it is late or wrong',
        "entities:",
    ]


def _tail(unused: list[str]) -> list[str]:
    return [f"# Tables that look like nothing in the contract: {', '.join(unused)}"] if unused else []


def _entity(opened: sa.Connection, guess: Guess, available: list[str]) -> str:
    """The YAML of one entity."""
    entity = guess.entity
    lines = [f"  {entity.entity}:  # guess, likeness {guess.likeness}: {entity.title.en} · {entity.title.zh}"]
    lines.append(f"    table: {_text(guess.table)}")
    cursor = guess.columns.get("updated_at")
    if cursor:
        lines.append(f"    cursor: {_text(cursor)}  # guess: grows with every change of a row; else remove it")
    renamed = {name: column for name, column in guess.columns.items() if column.casefold() != name}
    if renamed or guess.missing:
        lines.append("    columns:" if renamed else "    # columns:")
        lines += [f"      {name}: {_text(column)}  # guess" for name, column in renamed.items()]
        lines += [f"      # {name}: required, and no column looks like it" for name in guess.missing]
    values = []
    for name, column in guess.columns.items():
        if entity.columns[name].values:
            values += _codes(opened, guess.table, name, column, entity.columns[name].values)
    is_open = all(line.lstrip().startswith("#") for line in values)  # no code was guessed: a key of nothing is none
    lines += ["    # values:" if is_open else "    values:", *values] if values else []
    unused = [column for column in available if column not in guess.columns.values()]
    lines += [f"    # not used: {', '.join(unused)}"] if unused else []
    return "\n".join(lines)


def _codes(opened: sa.Connection, table: str, name: str, column: str, allowed: tuple[str, ...]) -> list[str]:
    """The codes that the column holds, each with the contract's code that is most like it."""
    wanted = sa.column(column)
    query = sa.select(wanted).distinct().select_from(sa.table(table)).where(wanted.is_not(None)).limit(CODES_SHOWN + 1)
    codes = sorted(str(value) for (value,) in opened.execute(query))
    if not codes or set(codes) <= set(allowed):
        return []
    if len(codes) > CODES_SHOWN:
        return [f"      # {name}: {column} has more than {CODES_SHOWN} values; the contract knows {', '.join(allowed)}"]
    close = {code: get_close_matches(code.lower(), allowed, n=1, cutoff=0.6) for code in codes}
    lines = [f"      {name}:" if any(close.values()) else f"      # {name}:"]
    for code, found in close.items():
        told = f"{_text(code)}: {found[0]}  # guess" if found else f"# {_text(code)}: one of {', '.join(allowed)}"
        lines.append(f"        {told}")
    return lines if any(close.values()) else [line if "#" in line else f"      # {line.strip()}" for line in lines]


def _text(value: str) -> str:
    """A name as YAML text; in quotes unless it is plain."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", value)
    is_word = value.lower() in ("yes", "no", "on", "off", "true", "false", "null", "y", "n")
    return value if plain and not is_word else json.dumps(value, ensure_ascii=False)
