"""Finds the rows of the change log that tell of one person: those named, those that refer to them, and those with the
same address: an e-mail, or a telephone number beside the same name or beside none, as in an account.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from ingestion.decide import log_files
from ingestion.entities import Entity, load_contract
from warehouse.erasures import ErasedRow
from warehouse.raw_manifest import read_manifest
from warehouse.settings import Settings

RowId = tuple[str, str, str]  # source system, entity, key
# Columns by which other entities name a row of this one.
OF_CUSTOMERS = {"crm_accounts": ("account_id", "converted_account_id"), "erp_customers": ("customer_code",)}
OF_PEOPLE = {"crm_contacts": ("contact_id",), "crm_leads": ("lead_id",), "svc_tickets": ("ticket_id",)}
DIGITS, FEWEST_DIGITS = 11, 7  # of a telephone number, so that the country's code in front makes no difference
LONG_TEXTS = {"subject", "description", "comment"}  # blanked, but no value that could be looked for elsewhere


@dataclass(frozen=True)
class PersonRows:
    """``why`` tells of every row why it was found; ``values`` are the person's own, of all versions."""

    why: dict[ErasedRow, str]
    values: frozenset[str]


class PersonFinder:
    """Looks through all versions of the entities that may tell of people."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
        self._connection = connection
        self.entities: dict[str, Entity] = {}
        self._systems: dict[str, set[str]] = {}
        manifest = read_manifest(settings)
        for name, entity in load_contract().items():
            files = manifest.files_of(name)
            self._systems[name] = {file.source_system for file in files}
            if files and entity.is_about_people:
                self.entities[name] = entity
                listed = log_files([settings.raw / file.path for file in files])
                connection.execute(f"create view {name} as select * from read_parquet({listed})")
        connection.execute("create table found (source_system varchar, entity varchar, key varchar, why varchar)")
        connection.execute("create table addresses (email varchar, phone varchar, name varchar)")

    def find(self, named: Iterable[RowId], *, private: bool, with_referring: bool) -> PersonRows:
        """All rows of the person.

        Args:
            named: rows to begin with; those that the log does not have are passed over.
            private: the customers among them are people, so their names go too; as with accounts that say so.
            with_referring: also what refers to the customers among the named rows, such as their contacts.
        """
        for row in sorted(set(named)):
            if self._exists(row):
                self._connection.execute("insert into found values (?, ?, ?, 'named')", row)
        if with_referring or private:
            self._add_referring(OF_CUSTOMERS)
        self._add_referring(OF_PEOPLE)
        self._add_same_address()
        self._add_referring(OF_PEOPLE)
        consumers = self._consumers()
        found = self._connection.execute("select * from found order by all").fetchall()
        why = {}
        for system, entity, key, reason in found:
            with_name = (system, entity, key) in consumers or (private and reason != "same address")
            if with_name or any(column.personal for column in self.entities[entity].columns.values()):
                why[ErasedRow(system, entity, key, with_name)] = reason
        return PersonRows(why, frozenset(self._values(why)))

    def _exists(self, row: RowId) -> bool:
        system, entity, key = row
        query = f"select 1 from {entity} where source_system = ? and _key = ? limit 1"
        return entity in self.entities and self._connection.execute(query, [system, key]).fetchone() is not None

    def any_private(self, named: Iterable[RowId]) -> bool:
        """Whether one of the rows is an account that says it is a person."""
        return not self._consumers().isdisjoint(named)

    def _consumers(self) -> set[RowId]:
        if "crm_accounts" not in self.entities:
            return set()
        query = "select distinct source_system, 'crm_accounts', _key from crm_accounts where customer_type = 'B2C'"
        return set(self._connection.execute(query).fetchall())

    def _add_referring(self, to: dict[str, tuple[str, ...]]) -> None:
        """Rows that name a found one. A key of another system counts where that system has no such rows itself."""
        for target, columns in to.items():
            owners = ", ".join(f"'{system}'" for system in ["", *sorted(self._systems[target])])
            for name, entity in self.entities.items():
                for column in columns if name != target else ():
                    if column in entity.columns:
                        self._add(
                            name,
                            f"exists (select 1 from found as f where f.entity = '{target}' and f.key = r.{column} "
                            f"and (f.source_system = r.source_system or r.source_system not in ({owners})))",
                            "refers to it",
                        )

    def _add_same_address(self) -> None:
        for name, entity in self.entities.items():
            email, phone, person = _address(entity)
            columns = f"{email}, {phone}, {person or 'null'}"
            self._connection.execute(
                f"insert into addresses select distinct {columns} from {name} as r where {_is_found(name)}"
            )
        for name, entity in self.entities.items():
            email, phone, person = _address(entity)
            person = f"a.name = {person}" if person else "true"
            same = f"a.email = {email} or (a.phone = {phone} and {person})"
            self._add(name, f"exists (select 1 from addresses as a where {same})", "same address")

    def _add(self, name: str, condition: str, why: str) -> None:
        self._connection.execute(
            f"insert into found select distinct source_system, '{name}', _key, '{why}' from {name} as r "
            f"where not {_is_found(name)} and {condition}"
        )

    def _values(self, rows: Iterable[ErasedRow]) -> set[str]:
        with_name = {(row.source_system, row.entity, row.key) for row in rows if row.with_name}
        values: set[str] = set()
        for name, entity in self.entities.items():
            told = [one for one in _personal(entity) if one not in LONG_TEXTS]
            query = f"select source_system, _key, {', '.join(told)} from {name} as r where {_is_found(name)}"
            for system, key, *texts in self._connection.execute(query).fetchall() if told else []:
                for column, text in zip(told, texts, strict=True):
                    if text and (entity.columns[column].personal or (system, name, key) in with_name):
                        values.add(text)
        return values


def _is_found(name: str) -> str:
    return f"((r.source_system, r._key) in (select (source_system, key) from found where entity = '{name}'))"


def _personal(entity: Entity) -> list[str]:
    """Its columns of text that may tell of a person."""
    return [
        name
        for name, column in entity.columns.items()
        if (column.personal or column.private) and column.sql_type == "varchar"
    ]


def _address(entity: Entity) -> tuple[str, str, str]:
    """SQL of a row's e-mail, telephone number and person's name, as they are compared; '' where it names nobody."""
    columns = [name for name in _personal(entity) if entity.columns[name].personal]

    def column(*endings: str) -> str:
        return next((f'r."{name}"' for name in columns if name.endswith(endings)), "")

    email, phone, name = column("email") or "null", column("phone") or "null", column("full_name", "requester_name")
    digits = f"right(regexp_replace(cast({phone} as varchar), '[^0-9]', '', 'g'), {DIGITS})"
    digits = f"if(length({digits}) < {FEWEST_DIGITS}, null, {digits})"
    return f"nullif(lower(trim(cast({email} as varchar))), '')", digits, f"lower(trim({name}))" if name else ""
