"""An alert as kept in the operational store."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from alerting.candidate import Item, Severity, Words


@dataclass(frozen=True)
class Alert:
    """One cause for one owner, with its state: open, acknowledged or closed. Times are UTC."""

    alert_id: int
    cause: str
    rule: str
    owner: str
    severity: Severity
    size: Decimal
    title: Words
    reason: Words
    next_step: Words
    items: tuple[Item, ...]
    money: Decimal | None
    due: date | None
    link: str
    state: str
    opened_at: datetime
    last_seen_at: datetime
    seen_count: int
    notified_at: datetime | None
    acknowledged_by: str | None
    closed_by: str | None
    result: str | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Alert":
        """``row`` is a row of the table alerts."""
        return cls(
            alert_id=row["alert_id"],
            cause=row["cause_key"],
            rule=row["rule"],
            owner=row["owner_id"],
            severity=row["severity"],
            size=row["size"],
            title=Words(row["title_en"], row["title_zh"]),
            reason=Words(row["reason_en"], row["reason_zh"]),
            next_step=Words(row["next_step_en"], row["next_step_zh"]),
            items=items_from_json(row["items"]),
            money=row["money_at_risk"],
            due=row["due_date"],
            link=row["link"],
            state=row["state"],
            opened_at=row["opened_at"],
            last_seen_at=row["last_seen_at"],
            seen_count=row["seen_count"],
            notified_at=row["notified_at"],
            acknowledged_by=row["acknowledged_by"],
            closed_by=row["closed_by"],
            result=row["result"],
        )


def items_to_json(items: tuple[Item, ...]) -> str:
    return json.dumps(
        [
            {
                "key": item.key,
                "en": item.text.en,
                "zh": item.text.zh,
                "money": None if item.money is None else str(item.money),
            }
            for item in items
        ],
        ensure_ascii=False,
    )


def items_from_json(text: str) -> tuple[Item, ...]:
    return tuple(
        Item(one["key"], Words(one["en"], one["zh"]), None if one["money"] is None else Decimal(one["money"]))
        for one in json.loads(text)
    )


def item_keys(items: tuple[Item, ...]) -> str:
    """The items' keys as JSON, for comparing with those of a later run."""
    return json.dumps(sorted(item.key for item in items), ensure_ascii=False)
