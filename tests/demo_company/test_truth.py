"""The truth knows every source record, every departure, and who is active."""

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def who(home: Path) -> pd.DataFrame:
    return pd.read_parquet(home / "demo/truth/who_is_who.parquet")


def keys_of(home: Path, database: str, sql: str) -> set[str]:
    with sqlite3.connect(home / "demo" / f"{database}.db") as connection:
        rows = {str(row[0]) for row in connection.execute(sql)}
    connection.close()
    return rows


@pytest.mark.parametrize(
    ("database", "entity", "sql"),
    [
        ("crm", "crm_accounts", "select acc_id from accounts"),
        ("erp", "erp_customers", "select kunnr from customer_master"),
        ("crm", "crm_leads", "select lead_no from lead where lead_no not like '%X'"),
        ("service_desk", "svc_tickets", "select ticket_no from ticket"),
    ],
)
def test_every_source_record_has_one_true_customer(
    home: Path, who: pd.DataFrame, database: str, entity: str, sql: str
) -> None:
    mine = who[who.entity == entity]
    assert set(mine.source_key) == keys_of(home, database, sql)
    assert mine.source_key.is_unique


def test_links_of_every_kind_are_there(who: pd.DataFrame) -> None:
    customers = who[who.entity == "erp_customers"]
    assert {"account_id", "erp_code", "tax_id", "name", "email", "not_exactly"} <= set(customers.link)
    assert 0.5 < (customers.link == "account_id").mean() < 0.75


def test_an_explicit_link_points_to_the_true_account(home: Path, who: pd.DataFrame) -> None:
    true_id = who.set_index(["entity", "source_key"]).true_customer_id
    with sqlite3.connect(home / "demo/erp.db") as erp:
        pairs = erp.execute("select kunnr, crm_ref from customer_master where crm_ref is not null").fetchall()
    erp.close()
    assert len(pairs) > 100
    for code, account in pairs:
        assert true_id["erp_customers", code] == true_id["crm_accounts", account]


def test_who_left_bought_nothing_more_until_he_came_back(home: Path, who: pd.DataFrame) -> None:
    churn = pd.read_parquet(home / "demo/truth/churn.parquet")
    codes = who[who.entity == "erp_customers"].groupby("true_customer_id").source_key.apply(list)
    with sqlite3.connect(home / "demo/erp.db") as erp:
        for _, row in churn[churn.came_back_on.isna()].iterrows():
            marks = ", ".join("?" * len(codes[row.true_customer_id]))
            last = erp.execute(
                f"select max(so_day) from so_head where opp_ref is null and kunnr in ({marks})",
                codes[row.true_customer_id],
            ).fetchone()[0]
            limit = row.left_on + timedelta(days=3)  # an order of a weekend is entered on Monday
            assert last is None or last <= int(limit.strftime("%Y%m%d")) or last == 20_260_230
    erp.close()
    assert {"slow_service", "late_contact"} <= set(churn.reason)
    assert len(churn) > 30


def test_active_customers_are_those_with_an_invoice_in_the_last_year(home: Path, who: pd.DataFrame) -> None:
    active = pd.read_parquet(home / "demo/truth/active_customers.parquet").query("rule == 'b2b_project'")
    true_id = who[who.entity == "erp_customers"].set_index("source_key").true_customer_id
    planted = pd.read_parquet(home / "demo/truth/planted_defects.parquet")
    spoiled = set(planted[planted.entity == "erp_invoices"].query("kind.str.startswith('invoice_')").key)
    with sqlite3.connect(home / "demo/erp.db") as erp:
        rows = erp.execute("select inv_id, kunnr, inv_day from \"2_invoice\" where inv_state = 1 and inv_type = 'RE'")
        invoices = [(true_id[code], date.fromisoformat(day)) for i, code, day in rows if str(i) not in spoiled]
    erp.close()
    for day in sorted(set(active.day))[-6:]:
        expected = {who for who, billed in invoices if day - timedelta(days=365) < billed <= day}
        told = set(active[active.day == day].true_customer_id)
        assert expected <= told
        assert len(told - expected) <= len(spoiled)
