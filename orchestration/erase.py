"""`cmw erase`: a person's values leave everything that the product keeps, and no source brings them back.

The order makes a kill harmless: first the store learns which rows stay blank and forgets the values, then verdicts
are repeated for the new versions, then the change log is replaced in one step, then copies go, and the audit record
comes last. Whoever repeats the command finishes what was begun.
"""

from collections import Counter
from dataclasses import dataclass

import duckdb

from identity.erased import customers_of, keep_together, records_of
from ingestion.entities import load_contract
from ingestion.erase import commit, versions_of, write_blank
from ingestion.extract_lock import extraction_lock
from ingestion.person_rows import PersonFinder, PersonRows, RowId
from orchestration import run_state
from quality.erased_verdicts import add_for_new, remove_old
from warehouse.clock import load_time
from warehouse.company import load_company
from warehouse.erased_files import blank_files, files_with, remove_copies
from warehouse.erased_texts import as_written, blank_texts, without
from warehouse.erasures import finish, read_unfinished, remember
from warehouse.errors import CmwError
from warehouse.lock import writer_lock
from warehouse.operational_store import compact, open_store, writing
from warehouse.raw_manifest import read_manifest
from warehouse.settings import Settings


@dataclass(frozen=True)
class Subject:
    """Whom to erase: a customer with all that belongs to him, or the person behind one row.

    ``private``: the customer is a person, whatever the sources say, so names go too.
    """

    customer_key: str = ""
    row: RowId | None = None
    private: bool = False

    def __str__(self) -> str:
        return self.customer_key or "/".join(self.row or ())


@dataclass(frozen=True)
class Erased:
    """What was done. ``still_in``: files below CMW_HOME in which a value was found afterwards."""

    rows: int
    versions: int
    files: int
    texts: int
    removed: list[str]
    still_in: list[str]


def row_of(settings: Settings, source: str, entity: str, key: str) -> RowId:
    """The row's full name; an entity may be named without its kind, as in 'contacts'. Raises CmwError."""
    names = [name for name in load_contract() if name == entity or name.partition("_")[2] == entity]
    brought = {(file.source_system, file.entity) for file in read_manifest(settings).files_of_all()}
    found = [name for name in names if (source, name) in brought]
    if len(found) != 1:
        raise CmwError(
            f"The change log has no entity {entity!r} of a source {source!r}",
            "`cmw status` lists the sources; docs/sources.md the entities",
        )
    return source, found[0], key


def find_person(settings: Settings, subject: Subject) -> PersonRows:
    """The rows that tell of the person. Raises CmwError where there are none."""
    private = subject.private or load_company(settings).profile == "b2c"
    named = [subject.row] if subject.row else records_of(settings, [subject.customer_key])
    with duckdb.connect() as connection:
        finder = PersonFinder(connection, settings)
        private = private or finder.any_private(named)
        if private:
            named += records_of(settings, customers_of(settings, named))
        found = finder.find(named, private=private, with_referring=bool(subject.customer_key))
    if not found.why:
        raise CmwError(
            f"The change log has no personal row of {subject}",
            "Check the key; identity.customer_identity_map of the published file lists customers and their records",
        )
    return found


def erase_person(settings: Settings, subject: Subject, *, by: str, reason: str) -> Erased:
    """Erases the person. Raises CmwError while a run is at work."""
    with writer_lock(settings, run_id="erase"), extraction_lock(settings, 0, lambda *_: None):
        person = find_person(settings, subject)
        rows = list(person.why)
        store = open_store(settings)
        try:
            with writing(store) as transaction:
                remember(transaction, rows)
                texts = blank_texts(transaction, person.values)
                records = [(row.source_system, row.entity, row.key) for row in rows]
                keep_together(transaction, records, by=by, at=load_time(settings, load_company(settings)))
            blank = read_unfinished(store)
            erasure = write_blank(settings, blank)
            add_for_new(settings, erasure.pairs)
            commit(settings, erasure, blank, person.values)
            present = versions_of(settings, blank)
            named = {(row.entity, row.source_system, row.key) for row in rows}
            remove_old(settings, named | {version[:3] for version in present}, present)
            blank_files(settings, person.values)
            removed = remove_copies(settings)
            run_state.forget(settings)
            compact(store)
            counts = Counter(row.entity for row in rows)
            told = without(reason, as_written(person.values))
            detail = {"reason": told, "rows": dict(sorted(counts.items())), "versions": erasure.versions}
            finish(store, by=by, subject=str(subject), detail=detail | {"texts": texts})
        finally:
            store.dispose()
        still_in = files_with(settings, person.values)
    return Erased(len(rows), erasure.versions, len(erasure.replaced), texts, removed, still_in)
