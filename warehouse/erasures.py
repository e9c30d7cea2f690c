"""Which rows were erased, kept as digests of their keys, so that reading a source again leaves them blank."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from warehouse.operational_store import open_store, writing
from warehouse.settings import Settings
from warehouse.tables import audit
from warehouse.tables_erasure import erased_rows
from warehouse.versions import Version, marts_published_at

# (source system, entity) -> digest of a row's key -> whether its name is erased too
Erased = Mapping[tuple[str, str], Mapping[str, bool]]
SEPARATOR = "\x1f"


@dataclass(frozen=True, order=True)
class ErasedRow:
    """One row of the change log, all its versions. ``with_name``: the customer himself is the person."""

    source_system: str
    entity: str
    key: str
    with_name: bool = False

    @property
    def digest(self) -> str:
        return hashlib.sha256(SEPARATOR.join((self.source_system, self.entity, self.key)).encode()).hexdigest()


def utc_now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def read_erased(settings: Settings) -> Erased:
    """Every row that must stay blank."""
    store = open_store(settings)
    try:
        return _read(store, sa.true())
    finally:
        store.dispose()


def read_unfinished(store: sa.Engine) -> Erased:
    """Rows of the erasure under way, and of those that were killed before their end."""
    return _read(store, erased_rows.c.finished_at.is_(None))


def _read(store: sa.Engine, condition: sa.ColumnElement[bool]) -> Erased:
    found: dict[tuple[str, str], dict[str, bool]] = {}
    with store.connect() as reading:
        for row in reading.execute(sa.select(erased_rows).where(condition)).mappings():
            found.setdefault((row["source_system"], row["entity"]), {})[row["row_digest"]] = row["with_name"]
    return found


def remember(transaction: sa.Connection, rows: Iterable[ErasedRow]) -> None:
    """From now on no read brings these rows' personal values; the erasure is under way. A name once erased stays so."""
    now = utc_now()
    for row in rows:
        before = transaction.execute(sa.select(erased_rows).where(erased_rows.c.row_digest == row.digest)).first()
        told = {"with_name": row.with_name or bool(before and before.with_name), "erased_at": now, "finished_at": None}
        if before:
            transaction.execute(sa.update(erased_rows).where(erased_rows.c.row_digest == row.digest).values(told))
        else:
            known = {"row_digest": row.digest, "source_system": row.source_system, "entity": row.entity}
            transaction.execute(sa.insert(erased_rows).values(known | told))


def finish(store: sa.Engine, *, by: str, subject: str, detail: Mapping[str, object]) -> None:
    """Marks what is unfinished as done, and writes the audit record: who, when, what, why, how much, never a value."""
    record = {"happened_at": utc_now(), "actor": by, "action": "erase", "subject_type": "person"}
    with writing(store) as transaction:
        unfinished = erased_rows.c.finished_at.is_(None)
        transaction.execute(sa.update(erased_rows).where(unfinished).values(finished_at=utc_now()))
        told = json.dumps(detail, ensure_ascii=False)
        transaction.execute(sa.insert(audit).values(**record, subject_id=subject[:128], detail=told))


def last_erasure(store: sa.Engine) -> datetime | None:
    """When somebody was erased last, in UTC: older published versions may still show him."""
    with store.connect() as reading:
        return reading.execute(sa.select(sa.func.max(erased_rows.c.erased_at))).scalar()


def may_show_erased(store: sa.Engine, version: Version) -> bool:
    """Whether somebody was erased since the version's core and marts were first published."""
    erased_at = last_erasure(store)
    return erased_at is not None and erased_at >= marts_published_at(store, version)
