"""Takes a person's values out of texts that the operational store keeps: alerts, tasks, reasons that people wrote."""

import json
from collections.abc import Iterable

import sqlalchemy as sa

from warehouse.tables import audit
from warehouse.tables_alerts import alerts, deliveries, tasks
from warehouse.tables_identity import identity_decisions

ERASED = "(erased)"
SHORTEST = 2  # characters of a value that is worth looking for: a Chinese name has two
KEPT = {"state", "severity", "rule", "kind", "status", "channel", "decision", "action", "subject_type"}


def blank_texts(transaction: sa.Connection, values: Iterable[str]) -> int:
    """Replaces the values wherever they stand in a text; returns how many rows were changed."""
    wanted = as_written(values)
    return sum(_blank(transaction, table, wanted) for table in (alerts, deliveries, tasks, identity_decisions, audit))


def without(text: str, values: Iterable[str]) -> str:
    """The text with every value replaced, in the order given."""
    for value in values:
        text = text.replace(value, ERASED)
    return text


def as_written(values: Iterable[str]) -> list[str]:
    """The values as they stand in plain text and in JSON, the longest first; what is too short is left out."""
    texts = {value.strip() for value in values}
    forms = {form for text in texts if len(text) >= SHORTEST for form in (text, json.dumps(text)[1:-1])}
    return sorted(forms, key=len, reverse=True)


def _blank(transaction: sa.Connection, table: sa.Table, values: list[str]) -> int:
    (key,) = table.primary_key.columns
    texts = [c for c in table.columns if isinstance(c.type, sa.String) and c.name not in KEPT and not _is_id(c.name)]
    changed = 0
    for row in transaction.execute(sa.select(key, *texts)).mappings().all():
        new = {c.name: without(row[c.name], values) for c in texts if row[c.name] is not None}
        new = {name: text for name, text in new.items() if text != row[name]}
        if new:
            transaction.execute(sa.update(table).where(key == row[key.name]).values(new))
            changed += 1
    return changed


def _is_id(name: str) -> bool:
    """Whether a column names something else than a person of outside: an owner, a run, a source's key."""
    return name.endswith(("_id", "_key", "_system", "_entity", "_by"))
