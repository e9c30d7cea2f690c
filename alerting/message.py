"""An alert as a message: a title, a Markdown body, one line for a screen, and a JSON object for programs."""

import json
from dataclasses import dataclass

from alerting.alert import Alert
from alerting.routes import AlertRoutes
from warehouse.formats import money

SHOWN_ITEMS = 20
_LABELS = {
    "en": {
        "critical": "CRITICAL", "warning": "Warning", "worse": "worse", "reminder": "reminder", "new": "new",
        "owner": "Owner", "money": "Money at risk", "why": "Why", "next": "Next step", "due": "Due", "see": "See",
        "more": "and {} more", "answer": "When done: `cmw alerts close {} --result \"...\"`", "seen": "Seen {} times",
    },
    "zh": {
        "critical": "严重", "warning": "预警", "worse": "加重", "reminder": "提醒", "new": "新",
        "owner": "负责人", "money": "涉及金额", "why": "原因", "next": "下一步", "due": "期限", "see": "查看",
        "more": "另有 {} 项", "answer": "完成后:`cmw alerts close {} --result \"……\"`", "seen": "已出现 {} 次",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Message:
    """What a channel sends. ``as_json`` is one line."""

    title: str
    body: str
    line: str
    as_json: str


def compose(alert: Alert, kind: str, note: str | None, routes: AlertRoutes, language: str, currency: str) -> Message:
    """``kind`` is new, worse or reminder; ``note`` says why this channel was taken, where it is not the owner's."""
    labels = _LABELS[language]
    level = labels[alert.severity] if kind == "new" else f"{labels[alert.severity]} · {labels[kind]}"
    title = f"[{level}] {alert.title.in_language(language)}"
    owner = routes.title_of(alert.owner).in_language(language)
    lines = [f"- {labels['owner']}: {owner}"]
    if alert.money is not None:
        lines.append(f"- {labels['money']}: {money(alert.money, currency)}")
    lines += [
        f"- {labels['why']}: {alert.reason.in_language(language)}",
        f"- {labels['next']}: {alert.next_step.in_language(language)}",
        f"- {labels['due']}: {alert.due}",
        f"- {labels['see']}: {alert.link}",
    ]
    if alert.seen_count > 1:
        lines.append(f"- {labels['seen'].format(alert.seen_count)}")
    if note:
        lines.append(f"- {note}")
    items = [f"{place}. {item.text.in_language(language)}" for place, item in enumerate(alert.items, start=1)]
    more = [labels["more"].format(len(items) - SHOWN_ITEMS)] if len(items) > SHOWN_ITEMS else []
    parts = ["\n".join(lines), "\n".join(items[:SHOWN_ITEMS] + more), labels["answer"].format(alert.alert_id)]
    return Message(
        title=title,
        body="\n\n".join(part for part in parts if part),
        line=f"{title} → {owner}",
        as_json=_json(alert, kind, note, title),
    )


def _json(alert: Alert, kind: str, note: str | None, title: str) -> str:
    return json.dumps(
        {
            "alert_id": alert.alert_id,
            "cause": alert.cause,
            "kind": kind,
            "severity": alert.severity,
            "owner": alert.owner,
            "title": title,
            "reason": {"en": alert.reason.en, "zh": alert.reason.zh},
            "next_step": {"en": alert.next_step.en, "zh": alert.next_step.zh},
            "money_at_risk": None if alert.money is None else str(alert.money),
            "due_date": str(alert.due),
            "link": alert.link,
            "items": [item.key for item in alert.items],
            "note": note,
        },
        ensure_ascii=False,
    )
