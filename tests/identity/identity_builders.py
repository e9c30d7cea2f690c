"""Small builders of records for the identity tests."""

from datetime import datetime
from typing import Any

from identity.records import ACCOUNTS, CUSTOMERS, Record


def account(key: str, day: int = 1, **fields: Any) -> Record:
    return Record(("crm", ACCOUNTS, key), known_since=datetime(2024, 1, day), **fields)


def customer(key: str, day: int = 2, **fields: Any) -> Record:
    return Record(("erp", CUSTOMERS, key), known_since=datetime(2024, 1, day), **fields)


def valid(tax_id: str) -> dict[str, Any]:
    return {"tax_id": tax_id, "has_valid_tax_id": True}
