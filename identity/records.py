"""The records that may be customers, as the identity step sees them: normal forms only, no contact data kept longer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from identity import normalise
from identity.tax_ids import is_valid_tax_id, plausible_tax_id

ACCOUNTS, CUSTOMERS = "crm_accounts", "erp_customers"
RecordId = tuple[str, str, str]  # source system, entity, key

_ACCOUNTS_SQL = """
select source_system, 'crm_accounts', account_id, account_name, tax_id, phone, email, city, created_at, _loaded_at,
    merged_into_account_id, erp_customer_code, deleted_at is not null or merged_into_account_id is not null
from staging.stg_crm__accounts
"""
_CUSTOMERS_SQL = """
select source_system, 'erp_customers', customer_code, customer_name, tax_id, phone, email, city, created_at, _loaded_at,
    merged_into_customer_code, crm_account_id, deleted_at is not null or merged_into_customer_code is not null
from staging.stg_erp__customers
"""


@dataclass(frozen=True, slots=True)
class Record:
    """One CRM account or ERP customer. ``known_since`` is its creation in the source, in UTC.

    ``local_name`` is the name without the city, which some write before it, some behind it and some not at all.
    ``merged_into`` is a key of the same system and entity, ``refers_to`` a key of the other entity.
    """

    id: RecordId
    name: str | None = None
    tax_id: str | None = None
    has_valid_tax_id: bool = False
    phone: str | None = None
    email: str | None = None
    city: str | None = None
    known_since: datetime = datetime(1970, 1, 1)
    merged_into: str | None = None
    refers_to: str | None = None
    is_retired: bool = False
    local_name: str | None = field(init=False)

    def __post_init__(self) -> None:
        local_name = normalise.without(self.name, self.city) if self.name and self.city else self.name
        object.__setattr__(self, "local_name", local_name)

    @property
    def age(self) -> tuple[datetime, RecordId]:
        """Sorts records from the oldest on; total."""
        return (self.known_since, self.id)


def read_records(connection: duckdb.DuckDBPyConnection) -> list[Record]:
    """All staged accounts and customers, ordered by id."""
    return sorted(_records(connection), key=lambda record: record.id)


def _records(connection: duckdb.DuckDBPyConnection) -> Iterator[Record]:
    for sql in (_ACCOUNTS_SQL, _CUSTOMERS_SQL):
        for (
            system,
            entity,
            key,
            name,
            tax_id,
            phone,
            email,
            city,
            created,
            loaded,
            merged,
            refers,
            retired,
        ) in connection.execute(sql).fetchall():
            yield Record(
                id=(system, entity, key),
                name=normalise.core_name(name),
                tax_id=plausible_tax_id(tax_id),
                has_valid_tax_id=is_valid_tax_id(tax_id),
                phone=normalise.phone(phone),
                email=normalise.email(email),
                city=normalise.city(city),
                known_since=min(created or loaded, loaded),
                merged_into=merged or None,
                refers_to=refers or None,
                is_retired=retired,
            )
