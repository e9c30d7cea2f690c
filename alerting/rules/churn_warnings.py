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

_WARNINGS = """
select
    w.*,
    c.customer_name,
    c.owner_name
from marts.churn_warnings as w
left join core.dim_customers as c on w.customer_key = c.customer_key
order by
    coalesce(w.margin_at_risk, 0) + coalesce(w.open_receivable, 0) desc,
    w.customer_key
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
    margin = sum((row["margin_at_risk"] or Decimal(0) for row in warned), Decimal(0))
    open_amount = sum((row["open_receivable"] or Decimal(0) for row in warned), Decimal(0))
    first, name = warned[0], warned[0]["owner_name"] or owner
    top = first["customer_name"] or first["customer_key"]
    severity: Severity = "warning"
    due = due_date(severity, today)
    return Candidate(
        cause=f"{RULE}:{owner}",
        rule=RULE,
        owner=owner,
        severity=severity,
        size=margin + open_amount,
        title=Words(
            f"{name}: {len(warned)} customers at risk, {money(margin, currency)} margin",
            f"{name}:{len(warned)} 个客户有流失风险,涉及毛利 {money(margin, currency)}",
        ),
        reason=Words(
            f"Most money first: {top} ({first['primary_reason']}); open receivables {money(open_amount, currency)}",
            f"按金额排序,首位 {top}({first['primary_reason']});未收款 {money(open_amount, currency)}",
        ),
        next_step=Words(first["next_step_en"], first["next_step_zh"]),
        due=due,
        link="marts.churn_warnings",
        items=tuple(_item(row, currency) for row in warned),
        money=margin,
        work=tuple(_work(row, due) for row in warned),
    )


def _item(row: dict[str, Any], currency: str) -> Item:
    name = row["customer_name"] or row["customer_key"]
    risk = money(row["margin_at_risk"], currency)
    reasons = row["reasons"] if isinstance(row["reasons"], str) else ", ".join(row["reasons"] or [])
    return Item(
        row["customer_key"],
        Words(
            f"{name}: {risk} margin at risk; {reasons}. {row['next_step_en']}",
            f"{name}:涉及毛利 {risk};{reasons}。{row['next_step_zh']}",
        ),
        row["margin_at_risk"],
    )


def _work(row: dict[str, Any], due: date) -> Work:
    name = row["customer_name"] or row["customer_key"]
    return Work(
        customer_key=row["customer_key"],
        title=Words(f"Keep {name}: {row['primary_reason']}", f"挽留 {name}:{row['primary_reason']}"),
        next_step=Words(row["next_step_en"], row["next_step_zh"]),
        due=due,
        money=row["margin_at_risk"],
    )
