"""Digests of many owners who have no channel of their own, as one message to whoever hears of them instead."""

import json
from collections.abc import Sequence
from decimal import Decimal

from alerting.alert import Alert
from alerting.message import SHOWN_ITEMS, Message
from alerting.routes import AlertRoutes
from alerting.rules.churn_warnings import RULE as CHURN_WARNING
from warehouse.formats import money

_WORDS = {
    "en": {
        "critical": "CRITICAL", "warning": "Warning",
        "title": "[{level}] {owners} owners have customers at risk", "in_all": ", {money} in all",
        "owner": "Owner", "money": "Money at risk", "why": "Why", "next": "Next step", "due": "Due", "see": "See",
        "next_step": "Pass each list on to its owner; a channel with {owner_email} in alert_routes.yml does it for you",
        "more": "and {} more", "alert": "alert",
    },
    "zh": {
        "critical": "严重", "warning": "预警",
        "title": "[{level}] {owners} 位负责人有客户存在流失风险", "in_all": ",涉及金额共 {money}",
        "owner": "负责人", "money": "涉及金额", "why": "原因", "next": "下一步", "due": "期限", "see": "查看",
        "next_step": "请把名单转给各负责人;在 alert_routes.yml 中配置带 {owner_email} 的渠道即可自动送达本人",
        "more": "另有 {} 项", "alert": "告警",
    },
}  # fmt: skip


def belongs_together(rule: str, note: str | None) -> bool:
    """Whether such a message is one of many that would reach the same reader at the same time."""
    return rule == CHURN_WARNING and bool(note)


def compose_together(alerts: Sequence[Alert], routes: AlertRoutes, language: str, currency: str) -> Message:
    """``alerts`` are digests of different owners, the most urgent first."""
    words = _WORDS[language]
    known = [alert.money for alert in alerts if alert.money is not None]
    total = sum(known, Decimal(0)) if known else None
    severity = "critical" if any(alert.severity == "critical" for alert in alerts) else "warning"
    title = words["title"].format(level=words[severity], owners=len(alerts))
    if total is not None:
        title += words["in_all"].format(money=money(total, currency))
    owner = routes.title_of(routes.default_owner).in_language(language)
    first = alerts[0]
    lines = [
        f"- {words['owner']}: {owner}",
        *([] if total is None else [f"- {words['money']}: {money(total, currency)}"]),
        f"- {words['why']}: {first.title.in_language(language)}. {first.reason.in_language(language)}",
        f"- {words['next']}: {words['next_step']}",
        f"- {words['due']}: {min(alert.due for alert in alerts if alert.due)}",
        f"- {words['see']}: `cmw alerts list`, marts.churn_warnings",
    ]
    shown = [
        f"{place}. [{words[alert.severity]}] {alert.title.in_language(language)} ({words['alert']} {alert.alert_id})"
        for place, alert in enumerate(alerts[:SHOWN_ITEMS], start=1)
    ]
    if len(alerts) > SHOWN_ITEMS:
        shown.append(words["more"].format(len(alerts) - SHOWN_ITEMS))
    return Message(
        title=title,
        body="\n".join(lines) + "\n\n" + "\n".join(shown),
        line=f"{title} → {owner}",
        as_json=json.dumps(
            {
                "alert_ids": [alert.alert_id for alert in alerts],
                "severity": severity,
                "owner": routes.default_owner,
                "title": title,
                "money_at_risk": None if total is None else str(total),
            },
            ensure_ascii=False,
        ),
    )
