from dataclasses import dataclass, field
from datetime import date, datetime

import duckdb
import pyarrow.parquet as pq
import pytest

from identity import decisions
from identity.resolve import resolve
from warehouse.company import Company
from warehouse.errors import CmwError
from warehouse.operational_store import open_store
from warehouse.settings import Settings

STAGING = """
create schema staging;
create table staging.stg_crm__accounts (source_system text, account_id text, account_name text, tax_id text,
    phone text, email text, city text, created_at timestamp, _loaded_at timestamp, merged_into_account_id text,
    erp_customer_code text, deleted_at timestamp);
create table staging.stg_erp__customers (source_system text, customer_code text, customer_name text, tax_id text,
    phone text, email text, city text, created_at timestamp, _loaded_at timestamp, merged_into_customer_code text,
    crm_account_id text, deleted_at timestamp);
create table staging.stg_crm__contacts (source_system text, contact_id text, account_id text, email text, phone text);
create table staging.stg_service__tickets (source_system text, ticket_id text, account_id text, customer_code text,
    requester_email text, requester_phone text, created_at timestamp);
create table staging.stg_crm__leads (source_system text, lead_id text, email text, phone text, company_name text,
    converted_account_id text, created_at timestamp);
"""
KNOWN, SEEN = datetime(2024, 1, 1), datetime(2026, 1, 1)


@dataclass
class World:
    settings: Settings
    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    company: Company = field(default_factory=lambda: Company(name="Test", reporting_currency="CNY"))

    def put(self, table, **columns):
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        self.connection.execute(f"insert into staging.{table} ({names}) values ({marks})", list(columns.values()))

    def account(self, key, **columns):
        row = {"source_system": "crm", "account_id": key, "created_at": KNOWN, "_loaded_at": SEEN}
        self.put("stg_crm__accounts", **row | columns)

    def customer(self, key, **columns):
        row = {"source_system": "erp", "customer_code": key, "created_at": KNOWN, "_loaded_at": SEEN}
        self.put("stg_erp__customers", **row | columns)

    def run(self):
        result = resolve(self.connection, self.settings, self.company, "run")
        return result, pq.read_table(self.settings.identity / "customer_identity_map.parquet").to_pylist()

    def queue(self):
        return pq.read_table(self.settings.identity / "identity_review_queue.parquet").to_pylist()


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setenv("CMW_TODAY", date(2026, 1, 1).isoformat())
    monkeypatch.delenv("CMW_OPERATIONAL_STORE", raising=False)
    made = World(Settings(config=tmp_path / "config", home=tmp_path / "home"))
    made.connection.execute(STAGING)
    return made


def _keys(rows):
    return {(row["entity"], row["source_key"]): row["customer_key"] for row in rows if row["valid_to"] is None}


def test_empty_staging_gives_empty_files(world):
    result, rows = world.run()
    assert rows == [] and world.queue() == []
    assert result.counts["customers"] == 0


def test_account_customer_and_requester_become_one_customer_and_a_second_run_writes_the_same(world):
    world.account("a", account_name="恒丰机械有限公司", email="office@hf.cn")
    world.customer("E", customer_name="恆豐機械", crm_account_id="a")
    world.put("stg_crm__contacts", source_system="crm", contact_id="k", account_id="a", email="li@hf.cn")
    ticket = {"source_system": "desk", "created_at": SEEN}
    world.put("stg_service__tickets", **ticket, ticket_id="t1", requester_email="LI@hf.cn")
    world.put("stg_service__tickets", **ticket, ticket_id="t2", requester_email="stranger@else.cn")
    world.put("stg_service__tickets", **ticket, ticket_id="t3", customer_code="E")
    result, rows = world.run()
    keys = _keys(rows)
    assert set(keys) == {("crm_accounts", "a"), ("erp_customers", "E"), ("svc_tickets", "t1")}
    assert len(set(keys.values())) == 1
    assert result.counts["new_customers"] == 1
    again, same = world.run()
    assert same == rows
    assert again.counts["new_customers"] == again.counts["changed_records"] == 0


def test_an_address_of_two_customers_is_a_question_and_the_ticket_stays_unassigned(world):
    for key in ("a", "b"):
        world.account(key, account_name=f"公司{key}", email="agency@x.cn")
    world.put(
        "stg_service__tickets", source_system="desk", ticket_id="t", requester_email="agency@x.cn", created_at=SEEN
    )
    _, rows = world.run()
    assert ("svc_tickets", "t") not in _keys(rows)
    assert [row["reason"] for row in world.queue()] == ["ambiguous_requester"] * 2
    assert not any("agency" in str(value) for row in world.queue() for value in row.values())


def test_a_merge_by_hand_and_its_split_give_back_what_was(world, monkeypatch):
    world.account("a", account_name="恒丰机械")
    world.account("b", account_name="永利塑胶", created_at=datetime(2024, 2, 1))
    _, rows = world.run()
    before = _keys(rows)
    store = open_store(world.settings)
    deed = {"by": "li", "reason": "same owner", "at": datetime(2026, 1, 2)}
    with pytest.raises(CmwError, match="needs a reason"):
        decisions.merge_customers(store, *before.values(), **deed | {"reason": " "})
    decisions.merge_customers(store, *before.values(), **deed)
    monkeypatch.setenv("CMW_TODAY", "2026-01-02")
    _, rows = world.run()
    assert set(_keys(rows).values()) == {before["crm_accounts", "a"]}
    assert len([row for row in rows if row["source_key"] == "b"]) == 2
    decisions.split_record(store, ("crm", "crm_accounts", "b"), **deed)
    monkeypatch.setenv("CMW_TODAY", "2026-01-03")
    assert _keys(world.run()[1]) == before
    store.dispose()


def test_an_unknown_customer_key_is_named(world):
    world.run()
    store = open_store(world.settings)
    with pytest.raises(CmwError, match="Cnone"):
        decisions.merge_customers(store, "Cnone", "Cother", by="li", reason="-", at=SEEN)
    store.dispose()


def test_only_the_oldest_record_in_use_of_each_system_survives(world):
    world.account("old", account_name="恒丰", merged_into_account_id="new")
    world.account("new", account_name="恒丰", created_at=datetime(2024, 5, 1), erp_customer_code="E")
    world.customer("E", customer_name="恒丰")
    _, rows = world.run()
    assert {row["source_key"]: row["is_survivor"] for row in rows} == {"old": False, "new": True, "E": True}
