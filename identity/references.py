"""Finds the customer behind a ticket or a lead that names no account: by an address that only one customer uses."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from identity import normalise
from identity.links import Doubt, make_doubt
from identity.records import Record, RecordId

MOST_CANDIDATES = 5  # of an address that many use, a person needs to see only some

_CONTACTS_SQL = """
select contacts.source_system, contacts.account_id, contacts.email, contacts.phone
from staging.stg_crm__contacts as contacts
where contacts.account_id is not null
order by contacts.source_system, contacts.contact_id
"""
_TICKETS_SQL = """
select source_system, 'svc_tickets', ticket_id, requester_email, requester_phone, null, created_at
from staging.stg_service__tickets as tickets
where not exists (select 1 from staging.stg_crm__accounts as a where a.account_id = tickets.account_id)
    and not exists (select 1 from staging.stg_erp__customers as c where c.customer_code = tickets.customer_code)
order by source_system, ticket_id
"""
_LEADS_SQL = """
select source_system, 'crm_leads', lead_id, email, phone, company_name, created_at
from staging.stg_crm__leads as leads
where not exists (
    select 1 from staging.stg_crm__accounts as a
    where a.source_system = leads.source_system and a.account_id = leads.converted_account_id
)
order by source_system, lead_id
"""


@dataclass(frozen=True, slots=True)
class Reference:
    """A ticket or lead that was tied to a customer. ``since`` is its creation, in UTC."""

    record: RecordId
    key: str
    rule: str
    confidence: float
    matched_on: str
    since: datetime


@dataclass
class AddressBook:
    """Which customers use an address. Addresses are normal forms; ``sample`` names one record per customer."""

    emails: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    phones: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    sample: dict[str, RecordId] = field(default_factory=dict)

    def add(self, key: str, email: str | None, phone: str | None, name: str | None = None) -> None:
        for book, value in ((self.emails, email), (self.phones, phone), (self.names, name)):
            if value:
                book[value].add(key)


def address_book(
    connection: duckdb.DuckDBPyConnection, records: list[Record], key_of: dict[RecordId, str]
) -> AddressBook:
    """Addresses of accounts, ERP customers and contacts, by the customer they belong to."""
    book = AddressBook()
    for record in records:
        key = key_of[record.id]
        book.sample.setdefault(key, record.id)
        book.add(key, record.email, record.phone, record.name)
    for system, account_id, email, phone in connection.execute(_CONTACTS_SQL).fetchall():
        key = key_of.get((system, "crm_accounts", account_id))
        if key:
            book.add(key, normalise.email(email), normalise.phone(phone))
    return book


def find_references(connection: duckdb.DuckDBPyConnection, book: AddressBook) -> tuple[list[Reference], list[Doubt]]:
    """References of tickets and leads, and tickets whose address several customers use."""
    found: list[Reference] = []
    doubts: list[Doubt] = []
    asked: set[str] = set()
    for sql in (_TICKETS_SQL, _LEADS_SQL):
        for system, entity, source_key, email, phone, name, since in connection.execute(sql).fetchall():
            record = (system, entity, source_key)
            clues = (
                ("email", 0.95, book.emails.get(normalise.email(email) or "", set())),
                ("phone", 0.9, book.phones.get(normalise.phone(phone) or "", set())),
                ("company_name", 0.8, book.names.get(normalise.core_name(name) or "", set())),
            )
            for column, confidence, keys in clues:
                if len(keys) == 1:
                    found.append(Reference(record, min(keys), f"unique_{column}", confidence, column, since))
                    break
            else:
                _ask(record, clues[0][2] or clues[1][2], normalise.email(email) or phone, book, asked, doubts)
    return found, doubts


def _ask(
    record: RecordId, keys: set[str], address: str | None, book: AddressBook, asked: set[str], doubts: list[Doubt]
) -> None:
    """One question per address: the first ticket that came from it, against some of the customers that use it."""
    if record[1] != "svc_tickets" or not keys or not address or address in asked:
        return
    asked.add(address)
    for key in sorted(keys)[:MOST_CANDIDATES]:
        doubts.append(
            make_doubt(record, book.sample[key], "ambiguous_requester", "requester address of several customers")
        )
