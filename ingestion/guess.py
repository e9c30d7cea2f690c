"""Guesses which table of a database is which entity of the contract, and which column is which, by their names."""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from ingestion.entities import Entity

# Words that people use for one thing; compared as the first of each group.
_GROUPS = (
    "customer client buyer debtor cust kunde",
    "invoice bill inv",
    "order purchase so",
    "line item position detail row",
    "payment receipt rec",
    "product article sku part",
    "ticket case issue request",
    "user employee staff person rep",
    "activity event interaction",
    "opportunity deal",
    "updated modified changed update change write",
    "created create entry",
    "number no nr num code id key ref",
    "amount total value sum",
    "quantity qty count pieces",
    "date day",
    "at time timestamp on",
    "name title label",
    "status state",
    "adjustment adj",
    "deleted removed",
)
_ANYONE = "full name"  # the name of whoever the table is about: client.full_name is the name of the client
_NOISE = {"master", "header", "head", "tbl", "table", "data"}  # of a table's name
_WORDS = {word: group.split()[0] for group in _GROUPS for word in group.split()}
TABLE_LIKENESS = 0.62
COLUMN_LIKENESS = 0.72


@dataclass(frozen=True)
class Guess:
    """A table for an entity. ``columns`` is contract column -> source column; ``missing`` the required ones without."""

    entity: Entity
    table: str
    likeness: float
    columns: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def words(name: str) -> list[str]:
    """OrderHeaders, order_headers and ORDER-HEADER are the same words."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\x00-\x7f]+", name)
    singular = [part.lower() if len(part) < 4 else re.sub("(?<!s)s$", "", part.lower()) for part in parts]
    return [_WORDS.get(word, word) for word in singular]


def likeness(left: list[str], right: list[str]) -> float:
    """1.0 for the same words in whatever order, 0.0 for nothing in common."""
    if not left or not right:
        return 0.0
    shared = 2 * len(set(left) & set(right)) / (len(set(left)) + len(set(right)))
    return max(shared, SequenceMatcher(None, "".join(left), "".join(right)).ratio() - 0.05)


def _columns(entity: Entity, table: str, available: list[str]) -> dict[str, str]:
    """Each contract column with the source column that is most like it; each source column at most once."""
    prefix = set(words(table))
    scored = []
    for name in entity.columns:
        wanted = words(name)
        for column in available:
            said = words(column)
            bare = [word for word in wanted if word not in prefix] or wanted
            plain = [word for word in wanted if word != "amount"]  # net is the net amount
            likest = max(likeness(variant, said) for variant in (wanted, bare, plain))
            if " ".join(said) == _ANYONE and wanted[-1:] == ["name"] and set(wanted) <= {*prefix, "name"}:
                likest = 1.0
            score = 1.1 if column.casefold() == name else likest
            if score >= COLUMN_LIKENESS:
                scored.append((score, name, column))
    found: dict[str, str] = {}
    for _, name, column in sorted(scored, key=lambda one: (-one[0], one[1], one[2])):
        if name not in found and column not in found.values():
            found[name] = column
    return {name: found[name] for name in entity.columns if name in found}


def guess_entity(entity: Entity, tables: dict[str, list[str]]) -> list[Guess]:
    """The tables that may be this entity, likeliest first."""
    own = words(entity.entity.partition("_")[2])
    guesses = []
    for table, available in tables.items():
        columns = _columns(entity, table, available)
        required = [name for name, column in entity.columns.items() if column.required]
        missing = tuple(name for name in required if name not in columns)
        share = 1 - len(missing) / len(required) if required else 0.0
        said = words(table.rpartition(".")[2])
        score = 0.7 * likeness(own, [word for word in said if word not in _NOISE] or said) + 0.3 * share
        if score >= TABLE_LIKENESS:
            guesses.append(Guess(entity, table, round(score, 2), columns, missing))
    return sorted(guesses, key=lambda guess: (-guess.likeness, len(guess.missing), guess.table))


def guess_all(entities: list[Entity], tables: dict[str, list[str]]) -> list[Guess]:
    """One table per entity and one entity per table, the likeliest pairs first; in the order of the entities."""
    pairs = sorted(
        (guess for entity in entities for guess in guess_entity(entity, tables)),
        key=lambda guess: (-guess.likeness, len(guess.missing), guess.entity.entity),
    )
    chosen: dict[str, Guess] = {}
    for guess in pairs:
        if guess.entity.entity not in chosen and guess.table not in {one.table for one in chosen.values()}:
            chosen[guess.entity.entity] = guess
    return [chosen[entity.entity] for entity in entities if entity.entity in chosen]
