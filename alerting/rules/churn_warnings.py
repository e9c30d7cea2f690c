"""Customers at risk: one digest an owner, most money first, with reasons, next step and a task each."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from alerting.candidate import Candidate, Item, Severity, Words, Work
from alerting.formats import due_date
from alerting.rules.reading import has_table, rows
from warehouse.formats import money

RULE = "churn_warning"
# What one person can work on until the next digest; the rest stands in the mart.
WORKED = 20
_NOBODY = Words("Customers without an owner", "无负责人的客户")

_WARNINGS = """
select *
from marts.churn_warnings
order by
    margin_at_risk desc nulls last,
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
    margin, receivable = _total(warned, "margin_at_risk"), _total(warned, "open_receivable")
    first = warned[0]
    name = _NOBODY if owner == "unassigned" else Words(*[first["owner_name"] or owner] * 2)
    top = first["customer_name"] or first["customer_key"]
    critical = sum(row["risk_band"] == "critical" for row in warned)
    severity: Severity = "critical" if critical else "warning"
    due = due_date(severity, today)
    return Candidate(
        cause=f"{RULE}:{owner}",
        rule=RULE,
        owner=owner,
        severity=severity,
        size=margin,
        title=Words(
            f"{name.en}: {_customers(len(warned))} at risk, {money(margin, currency)} margin",
            f"{name.zh}:{len(warned)} 个客户有流失风险,涉及毛利 {money(margin, currency)}",
        ),
        reason=Words(
            f"Most money: {top} ({first['reasons_en']}); {critical} in critical health; "
            f"open receivables {money(receivable, currency)}",
            f"金额最大:{top}({first['reasons_zh']});健康度严重的 {critical} 个;未收款 {money(receivable, currency)}",
        ),
        next_step=Words(f"{top}: {first['next_step_en']}", f"{top}:{first['next_step_zh']}"),
        due=due,
        link="marts.churn_warnings",
        items=tuple(_item(row, currency) for row in warned[:WORKED]),
        money=margin,
        work=tuple(_work(row, due) for row in warned[:WORKED]),
    )


def _customers(count: int) -> str:
    return "1 customer" if count == 1 else f"{count} customers"


def _total(warned: list[dict[str, Any]], column: str) -> Decimal:
    return sum((row[column] for row in warned if row[column] is not None), Decimal(0))


def _item(row: dict[str, Any], currency: str) -> Item:
    name, risk = row["customer_name"] or row["customer_key"], money(row["margin_at_risk"], currency)
    return Item(
        row["customer_key"],
        Words(
            f"{name}: {risk} margin at risk. {row['reasons_en']}. {row['next_step_en']}",
            f"{name}:涉及毛利 {risk}。{row['reasons_zh']}。{row['next_step_zh']}",
        ),
        row["margin_at_risk"],
    )


def _work(row: dict[str, Any], due: date) -> Work:
    name = row["customer_name"] or row["customer_key"]
    return Work(
        customer_key=row["customer_key"],
        title=Words(f"Keep {name}: {row['primary_reason_en']}", f"挽留 {name}:{row['primary_reason_zh']}"),
        next_step=Words(row["next_step_en"], row["next_step_zh"]),
        due=due,
        money=row["margin_at_risk"],
    )
