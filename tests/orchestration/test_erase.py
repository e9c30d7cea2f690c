"""A person who was erased is nowhere any more, does not come back, and no count or sum has changed."""

import json
import sqlite3
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from ingestion import maintain
from ingestion.entities import load_contract
from ingestion.log_health import inspect_log
from orchestration import erase
from orchestration.erase import Subject, erase_person, find_person, row_of
from quality.gate_raw import judge
from quality.rulebook import load_raw_rules
from tests.ingestion.conftest import SmallCompany
from warehouse.errors import CmwError
from warehouse.operational_store import open_store
from warehouse.raw_manifest import read_manifest
from warehouse.tables import audit
from warehouse.tables_erasure import erased_rows

CRM = """
crm_accounts:
  table: accounts
  cursor: changed
  columns: {account_id: id, account_name: name, customer_type: type, email: mail, created_at: made, updated_at: changed}
crm_contacts:
  table: contacts
  cursor: changed
  columns: {contact_id: id, account_id: account, full_name: name, email: mail, phone: phone, birth_date: born,
    created_at: made, updated_at: changed}
  keep: [nickname]
crm_opportunities:
  table: deals
  columns: {opportunity_id: id, account_id: account, name: name, stage: stage, outcome: stage, amount: amount,
    created_at: made}
"""
DESK = """
svc_tickets:
  table: tickets
  columns: {ticket_id: id, requester_name: name, requester_email: mail, requester_phone: phone, subject: subject,
    status: status, created_at: made}
crm_survey_responses:
  table: surveys
  columns: {response_id: id, ticket_id: ticket, survey_type: kind, score: score, comment: comment}
"""
DATA = """
create table accounts (id text, name text, type text, mail text, made text, changed text);
insert into accounts values ('A', 'Acme', 'B2B', 'info@acme.example', '2024-01-01', '2024-01-01'),
  ('P', 'Paula Private', 'B2C', 'paula@home.example', '2024-01-01', '2024-01-01');
create table contacts (id text, account text, name text, mail text, phone text, born text, nickname text, made text,
  changed text);
insert into contacts values
  ('1', 'A', 'Jane Doe', 'jane@acme.example', '+86 139 0000 4711', '1980-02-30', 'Janey', '2024-01-01', '2024-01-01'),
  ('2', 'A', 'Max Other', 'max@acme.example', '+86 139 0000 4711', '1970-01-01', 'Maxi', '2024-01-01', '2024-01-01');
create table deals (id text, account text, name text, stage text, amount text, made text);
insert into deals values ('D', 'P', 'Sofa for Paula Private', 'won', '120.50', '2024-02-01');
create table tickets (id text, name text, mail text, phone text, subject text, status text, made text);
insert into tickets values
  ('T1', 'J. Doe', 'JANE@acme.example ', null, 'Jane Doe cannot log in', 'open', '2024-03-01'),
  ('T2', 'Jane Doe', null, '139-0000-4711', 'again', 'open', '2024-03-02'),
  ('T3', 'Max Other', null, '+86 139 0000 4711', 'Max has a question', 'open', '2024-03-03');
create table surveys (id text, ticket text, kind text, score text, comment text);
insert into surveys values ('S', 'T1', 'csat', '3', 'Ask Jane Doe');
"""
JANE = ("Jane Doe", "J. Doe", "jane@acme", "JANE@acme", "Janey", "1980-02-30", "jane.doe@new")
PAULA = ("Paula Private", "paula@home")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallCompany:
    """Two loads: Jane has a second version, with another e-mail; her birthday cannot be read."""
    monkeypatch.setenv("CMW_TODAY", "2024-06-01")
    small_company = SmallCompany(tmp_path)
    small_company.source(CRM, system="crm", kind="crm")
    small_company.source(DESK, system="desk", kind="service")
    small_company.sql(DATA)
    small_company.extract()
    small_company.on("2024-06-02")
    small_company.sql("update contacts set mail = 'jane.doe@new.example', changed = '2024-06-02' where id = '1'")
    small_company.extract()
    return small_company


def erase_jane(shop: SmallCompany, reason: str = "she asked"):
    subject = Subject(row=row_of(shop.settings, "crm", "contacts", "1"))
    return erase_person(shop.settings, subject, by="tester", reason=reason)


def still_said(shop: SmallCompany, words: tuple[str, ...]) -> set[tuple[str, str]]:
    """(file, word) for everything below CMW_HOME but the source itself."""
    found = set()
    for path in sorted(shop.settings.home.rglob("*")):
        if not path.is_file() or path == shop.database:
            continue
        text = path.read_bytes().decode("utf-8", errors="replace")
        if path.suffix == ".parquet":
            with duckdb.connect() as connection:
                query = f"select * from read_parquet('{path}', hive_partitioning = false)"
                text = str(connection.execute(query).fetchall())
        found |= {(str(path.relative_to(shop.settings.home)), word) for word in words if word in text}
    return found


def everything_but_people(shop: SmallCompany) -> dict[str, list[tuple]]:
    """All rows and columns of the log that do not tell of a person, and no hash."""
    kept = {}
    for name, entity in load_contract().items():
        if read_manifest(shop.settings).files_of(name):
            columns = [one for one, column in entity.columns.items() if not (column.personal or column.private)]
            listed = ", ".join(
                [*columns, "_key", "_change", "_load_seq", "_version_at", "_rejected is null as readable"]
            )
            kept[name] = shop.query(f"select {listed} from log order by all", name)
    return kept


def test_no_byte_of_the_person_is_left_and_all_else_is_as_it_was(shop):
    before = everything_but_people(shop)
    assert still_said(shop, JANE)
    done = erase_jane(shop)
    assert still_said(shop, JANE) == set()
    assert everything_but_people(shop) == before
    assert (done.rows, done.versions, done.still_in) == (4, 5, [])
    assert inspect_log(shop.settings) == []


def test_others_keep_what_is_theirs_even_at_the_same_switchboard(shop):
    erase_jane(shop)
    assert shop.newest("crm_contacts", "full_name, email, phone, _keep")[1]["full_name"] == "Max Other"
    assert [row["subject"] for row in shop.newest("svc_tickets")] == [None, None, "Max has a question"]
    assert shop.newest("crm_accounts", "email")[0]["email"] == "info@acme.example"


def test_a_source_that_still_has_the_person_does_not_bring_her_back(shop):
    erase_jane(shop)
    for options in ({}, {"full": True}):
        assert {load.status for load in shop.extract(**options).loads} == {"unchanged"}
    shop.on("2024-06-03")
    shop.sql("update contacts set account = 'P', phone = '1', changed = '2024-06-03' where id = '1'")
    assert sum(load.new_versions for load in shop.extract().loads) == 1
    newest = shop.newest("crm_contacts")[0]
    assert (newest["account_id"], newest["full_name"], newest["phone"]) == ("P", None, None)
    assert still_said(shop, JANE) == set()


def test_a_row_that_was_held_back_stays_held_back(shop):
    rules = {"crm_contacts": load_raw_rules()["crm_contacts"]}
    held = judge(shop.settings, shop.company, "before", rulebook=rules).held_rows
    erase_jane(shop)
    assert held == 1, "her birthday cannot be read"
    assert judge(shop.settings, shop.company, "after", rulebook=rules).held_rows == held
    (shop.settings.verdicts / "judged.json").unlink()
    assert judge(shop.settings, shop.company, "from nothing", rulebook=rules).held_rows == held


def test_a_customer_who_is_a_person_loses_the_name_but_no_amount(shop):
    subject = Subject(row=("crm", "crm_accounts", "P"))
    erase_person(shop.settings, subject, by="tester", reason="he asked")
    assert still_said(shop, PAULA) == set()
    (deal,) = shop.newest("crm_opportunities", "name, amount")
    assert (deal["name"], str(deal["amount"])) == (None, "120.5000")
    acme, paula = shop.newest("crm_accounts", "account_name, account_type")
    assert acme["account_name"] == "Acme"
    assert paula["account_name"].startswith("erased "), "a name is required, so that the row is not held back"
    assert {load.status for load in shop.extract(full=True).loads} == {"unchanged"}


def test_files_superseded_by_a_merge_go_at_once(shop):
    for day in range(3, 6):
        shop.on(f"2024-06-0{day}")
        shop.sql(f"update contacts set phone = '{day}', changed = '2024-06-0{day}' where id = '1'")
        shop.extract()
    maintain.maintain(shop.settings, shop.company)
    assert read_manifest(shop.settings).superseded
    erase_jane(shop)
    assert still_said(shop, JANE) == set()


@pytest.mark.parametrize("step", ["write_blank", "add_for_new", "commit", "remove_old", "remove_copies", "finish"])
def test_whoever_repeats_a_killed_erasure_finishes_it(shop, monkeypatch, step):
    """What dies at a step leaves a log that can be read; a source brings nothing back meanwhile."""
    before = everything_but_people(shop)

    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(erase, step, die)
        with pytest.raises(KeyboardInterrupt):
            erase_jane(shop)
    assert everything_but_people(shop) == before
    shop.extract(full=True)
    erase_jane(shop)
    assert still_said(shop, JANE) == set()
    assert {load.status for load in shop.extract(full=True).loads} == {"unchanged"}
    with open_store(shop.settings).connect() as store:
        assert store.execute(sa.select(sa.func.count()).where(erased_rows.c.finished_at.is_(None))).scalar() == 0


def test_the_store_forgets_the_values_and_keeps_who_erased_when_and_why(shop):
    store = open_store(shop.settings)
    with store.begin() as writing:
        told = {"action": "note", "subject_type": "alert", "subject_id": "1", "detail": json.dumps("Jane Doe called")}
        writing.execute(sa.insert(audit).values(happened_at=sa.func.now(), actor="x", **told))
    erase_jane(shop, "she asked; her name is Jane Doe")
    with store.connect() as reading:
        note, record = reading.execute(sa.select(audit).order_by(audit.c.audit_id)).mappings().all()
    assert note["detail"] == '"(erased) called"'
    assert (record["actor"], record["action"], record["subject_id"]) == ("tester", "erase", "crm/crm_contacts/1")
    assert json.loads(record["detail"]) == {
        "reason": "she asked; her name is (erased)",
        "rows": {"crm_contacts": 1, "crm_survey_responses": 1, "svc_tickets": 2},
        "versions": 5,
        "texts": 1,
    }
    with sqlite3.connect(shop.settings.home / "operational.db") as raw:
        assert raw.execute("pragma freelist_count").fetchone() == (0,), "nothing deleted is left in the file"


def test_a_dry_look_changes_nothing_and_tells_why_each_row_is_found(shop):
    before = {path: path.read_bytes() for path in shop.settings.raw.rglob("*.parquet")}
    found = find_person(shop.settings, Subject(row=("crm", "crm_contacts", "1")))
    assert {row.key: why for row, why in found.why.items()} == {
        "1": "named",
        "T1": "same address",
        "T2": "same address",
        "S": "refers to it",
    }
    assert {path: path.read_bytes() for path in shop.settings.raw.rglob("*.parquet")} == before


def test_who_is_not_known_is_said_plainly(shop):
    with pytest.raises(CmwError, match="no personal row of crm/crm_contacts/99"):
        find_person(shop.settings, Subject(row=("crm", "crm_contacts", "99")))
    with pytest.raises(CmwError, match="no entity 'invoices' of a source 'crm'"):
        row_of(shop.settings, "crm", "invoices", "1")
