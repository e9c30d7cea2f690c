"""Dirt is planted, listed, and found where the list says it is."""

import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from demo_company.defect_catalogue import CATALOGUE

LOOKS = {  # what stands in the spoiled cell
    "account_without_name": ("acc_name", None),
    "placeholder_name": ("acc_name", "测试客户"),
    "placeholder_tax_id": ("uscc", "000000000000000000"),
    "placeholder_phone": ("mobile", "13800000000"),
    "shared_email": ("mail", "caigou@gongxiang.example"),
    "malformed_email": ("mail", "zhang.wei@"),
    "impossible_birth_date": ("birthday", "2091-05-01"),
    "future_contact_change": ("modified_on", "2031-01-01 00:00:00.000000"),
    "unknown_account_type": ("acc_kind", 5),
    "unknown_lead_state": ("lead_state", 7),
    "lead_before_1980": ("created_on", "1970-01-01 00:00:00.000000"),
    "orphan_opportunity": ("acc_id", 777_777_777),
    "impossible_spend_date": ("spend_day", "30/02/2026"),
    "customer_negative_terms": ("zterm", -30),
    "unknown_order_state": ("so_state", 5),
    "unknown_order_currency": ("waers", "RMB"),
    "impossible_order_date": ("so_day", 20_260_230),
    "future_order_change": ("changed_at", "2031-01-01 08:00:00.000000"),
    "orphan_order_line": ("so_id", 777_777_777),
    "invoice_in_2099": ("inv_day", "2099-12-31"),
    "invoice_in_1900": ("inv_day", "1900-01-01"),
    "invoice_without_gross": ("gross", None),
    "invoice_of_nobody": ("kunnr", "0000999999"),
    "orphan_clearing": ("inv_id", 777_777_777),
    "unknown_ledger_class": ("acct_class", 77),
    "posting_without_day": ("posting_day", None),
    "unknown_cost_type": ("chg_type", "XXX"),
    "unknown_ticket_state": ("state", 8),
    "solved_before_asked": ("solved_at", "2017-07-14 02:40:00.000000"),
    "orphan_event": ("ticket_no", 777_777_777),
    "negative_minutes": ("minutes", -45),
    "nine_stars": ("stars", 9),
}


@pytest.fixture(scope="module")
def planted(home: Path) -> pd.DataFrame:
    return pd.read_parquet(home / "demo/truth/planted_defects.parquet")


def cells(home: Path, row: pd.Series, column: str) -> list:
    defect = next(d for d in CATALOGUE if d.name == row.kind)
    with sqlite3.connect(home / "demo" / f"{row.source_system}.db") as connection:
        found = connection.execute(
            f'select "{column}" from "{defect.table}" where cast("{defect.key}" as text) = ?', [row.key]
        ).fetchall()
    connection.close()
    return [value for (value,) in found]


@pytest.mark.parametrize("kind", sorted(LOOKS))
def test_the_spoiled_cell_is_where_the_list_says(home: Path, planted: pd.DataFrame, kind: str) -> None:
    rows = planted[planted.kind == kind]
    column, value = LOOKS[kind]
    assert len(rows)
    for _, row in rows.iterrows():
        assert cells(home, row, column) == [value]


def test_every_kind_of_the_catalogue_is_planted(planted: pd.DataFrame) -> None:
    assert {d.name for d in CATALOGUE} <= set(planted.kind)
    assert {"name_variant", "duplicate", "late_row"} <= set(planted.kind)
    assert planted.defect_id.is_unique


def test_a_sent_event_stands_twice_and_a_doubled_lead_has_a_key_of_its_own(home: Path, planted: pd.DataFrame) -> None:
    for _, row in planted[planted.kind == "resent_event"].iterrows():
        assert len(cells(home, row, "seq")) == 2
    for _, row in planted[planted.kind == "duplicate_lead"].iterrows():
        first = row.copy()
        first["key"] = row.key.removesuffix("X")
        assert cells(home, row, "mail") == cells(home, first, "mail") != []


def test_a_negative_quantity_stands_beside_a_positive_amount(home: Path, planted: pd.DataFrame) -> None:
    for _, row in planted[planted.kind == "negative_quantity"].iterrows():
        assert cells(home, row, "menge")[0] < 0 < cells(home, row, "net")[0]


def test_rows_that_carry_money_say_how_much(planted: pd.DataFrame) -> None:
    with_money = {d.name for d in CATALOGUE if d.money}
    assert planted[planted.kind.isin(with_money)].money.notna().all()
    assert planted[planted.kind == "invoice_in_2099"].money.gt(0).all()


def test_one_company_is_written_in_three_ways(home: Path, planted: pd.DataFrame) -> None:
    who = pd.read_parquet(home / "demo/truth/who_is_who.parquet").set_index(["entity", "source_key"])
    variants = planted[planted.kind == "name_variant"]
    with sqlite3.connect(home / "demo/crm.db") as crm, sqlite3.connect(home / "demo/erp.db") as erp:
        for key in variants[variants.entity == "erp_customers"].key:
            true_id = who.loc[("erp_customers", key), "true_customer_id"]
            records = who[who.true_customer_id == true_id].reset_index()
            accounts = records[records.entity == "crm_accounts"].source_key.tolist()
            spelled = {erp.execute("select name1 from customer_master where kunnr = ?", [key]).fetchone()[0]}
            for account in accounts:
                spelled.add(crm.execute("select acc_name from accounts where acc_id = ?", [int(account)]).fetchone()[0])
            assert len(spelled) == 3
    crm.close()
    erp.close()


def test_defects_are_few(planted: pd.DataFrame) -> None:
    assert 40 < len(planted) < 120
