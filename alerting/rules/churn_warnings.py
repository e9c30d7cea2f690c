"""Customers at risk: one digest an owner, most money first, with reasons, next step and a task each."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from alerting.candidate import Candidate, Item, Severity, Words, Work
from alerting.formats import due_date
from alerting.rules.reading import has_table, rows
from alerting.warning_facts import why_of
from warehouse.formats import money

RULE = "churn_warning"
# What one person can work on until the next digest; the rest stands in the mart.
WORKED = 20
_NOBODY = Words("Customers without an owner", "无负责人的客户")
# The money of a customer at risk: his margin, or his revenue where the company brings no cost of goods. Neither is
# known where it brings no revenue, nor while nobody has been observed for long enough to know how many leave.
_MARGIN, _REVENUE = Words("margin", "毛利"), Words("revenue", "收入")
_NEW_OWNER = ("Name a new owner for them in the CRM first. ", "请先在 CRM 中为这些客户指定新负责人。")

_WARNINGS = """
select *
from marts.churn_warnings
order by
    coalesce(margin_at_risk, revenue_at_risk) desc nulls last,
    open_receivable desc nulls last,
    customer_key
"""


def find(connection: duckdb.DuckDBPyConnection, currency: str, today: date) -> list[Candidate] | None:
    """One candidate per owner with customers at risk; None without the mart."""
    if not has_table(connection, "marts", "churn_warnings"):
        return None
    by_owner: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(connection, _WARNINGS):
        by_owner[row["owner_id"] or "unassigned"].append(row)
    return [_candidate(owner, warned, currency, today) for owner, warned in sorted(by_owner.items())]


def _candidate(owner: str, warned: list[dict[str, Any]], currency: str, today: date) -> Candidate:
    known = [amount for row in warned if (amount := _money(row)) is not None]
    at_risk, kind = sum(known, Decimal(0)) if known else None, _kind(warned[0])
    amount = (
        Words("", "")
        if at_risk is None
        else Words(f", {money(at_risk, currency)} {kind.en}", f",涉及{kind.zh} {money(at_risk, currency)}")
    )
    owed = _owed(warned, currency)
    first = warned[0]
    name = _NOBODY if owner == "unassigned" else Words(*[first["owner_name"] or owner] * 2)
    # who left reads no digest: whoever is told instead has to find the customers a new owner
    left, hand_over = Words("", ""), Words("", "")
    if first["has_owner_left"]:
        left, hand_over = Words(" (has left)", "(已离职)"), Words(*_NEW_OWNER)
    top = first["customer_name"] or first["customer_key"]
    most = Words("First of them", "首位客户") if at_risk is None else Words("Most money", "金额最大")
    why = why_of(first)
    critical = sum(row["risk_band"] == "critical" for row in warned)
    severity: Severity = "critical" if critical else "warning"
    due = due_date(severity, today)
    return Candidate(
        cause=f"{RULE}:{owner}",
        rule=RULE,
        owner=owner,
        severity=severity,
        size=Decimal(len(warned)) if at_risk is None else at_risk,
        title=Words(
            f"{name.en}{left.en}: {_customers(len(warned))} at risk{amount.en}",
            f"{name.zh}{left.zh}:{len(warned)} 个客户有流失风险{amount.zh}",
        ),
        reason=Words(
            f"{most.en}: {top} ({why.en}); {critical} in critical health{owed.en}",
            f"{most.zh}:{top}({why.zh});健康度严重的 {critical} 个{owed.zh}",
        ),
        next_step=Words(
            f"{hand_over.en}{top}: {first['next_step_en']}", f"{hand_over.zh}{top}:{first['next_step_zh']}"
        ),
        due=due,
        link="marts.churn_warnings",
        items=tuple(_item(row, currency) for row in warned),
        money=at_risk,
        work=tuple(_work(row, due) for row in warned[:WORKED]),
        still=frozenset(row["customer_key"] for row in warned),
    )


def _customers(count: int) -> str:
    return "1 customer" if count == 1 else f"{count} customers"


def _kind(row: dict[str, Any]) -> Words:
    return _REVENUE if row["margin_at_risk"] is None else _MARGIN


def _money(row: dict[str, Any]) -> Decimal | None:
    return row["revenue_at_risk"] if row["margin_at_risk"] is None else row["margin_at_risk"]


def _owed(warned: list[dict[str, Any]], currency: str) -> Words:
    """What they owe; no word of it where no source brings payments, so that nobody knows."""
    known = [row["open_receivable"] for row in warned if row["open_receivable"] is not None]
    if not known:
        return Words("", "")
    owed = money(sum(known, Decimal(0)), currency)
    return Words(f"; open receivables {owed}", f";未收款 {owed}")


def _item(row: dict[str, Any], currency: str) -> Item:
    name, amount, kind, why = row["customer_name"] or row["customer_key"], _money(row), _kind(row), why_of(row)
    risk = (
        Words("", "")
        if amount is None
        else Words(f"{money(amount, currency)} {kind.en} at risk. ", f"涉及{kind.zh} {money(amount, currency)}。")
    )
    return Item(
        row["customer_key"],
        Words(
            f"{name}: {risk.en}{why.en}. {row['next_step_en']}",
            f"{name}:{risk.zh}{why.zh}。{row['next_step_zh']}",
        ),
        amount,
    )


def _work(row: dict[str, Any], due: date) -> Work:
    name = row["customer_name"] or row["customer_key"]
    return Work(
        customer_key=row["customer_key"],
        title=Words(f"Keep {name}: {row['primary_reason_en']}", f"挽留 {name}:{row['primary_reason_zh']}"),
        next_step=Words(row["next_step_en"], row["next_step_zh"]),
        due=due,
        money=_money(row),
    )
