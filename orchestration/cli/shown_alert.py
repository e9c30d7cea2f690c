"""One alert as a screen and as JSON."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from orchestration.cli.output import console
from warehouse.formats import money

if TYPE_CHECKING:  # brings the operational store, which most commands do without
    from alerting.alert import Alert
    from alerting.show import Shown, Task, Told


def summary(alert: "Alert", language: str) -> dict[str, Any]:
    """What a list says of an alert, in the company's language."""
    return {
        "id": alert.alert_id,
        "severity": alert.severity,
        "owner": alert.owner,
        "title": alert.title.in_language(language),
        "reason": alert.reason.in_language(language),
        "money_at_risk": alert.money,
        "next_step": alert.next_step.in_language(language),
        "due": alert.due,
        "state": alert.state,
    }


def as_dict(shown: "Shown", language: str) -> dict[str, Any]:
    """All that is known, texts in that language; times are UTC."""
    alert = shown.alert
    return {
        **summary(alert, language),
        "cause": alert.cause,
        "rule": alert.rule,
        "see": alert.link,
        "opened_at": alert.opened_at,
        "last_seen_at": alert.last_seen_at,
        "last_seen_run_id": shown.run_id,
        "seen_count": alert.seen_count,
        "acknowledged_by": alert.acknowledged_by,
        "acknowledged_at": shown.acknowledged_at,
        "closed_by": alert.closed_by,
        "closed_at": shown.closed_at,
        "result": alert.result,
        "told": [vars(one) for one in shown.told],
        "members": [
            {"key": item.key, "text": item.text.in_language(language), "money": item.money} for item in alert.items
        ],
        "tasks": [
            vars(task) | {"title": task.title.in_language(language), "next_step": task.next_step.in_language(language)}
            for task in shown.tasks
        ],
    }


def print_alert(shown: "Shown", language: str, currency: str, why_nobody: str = "") -> None:
    """Everything of as_dict that there is, one line each. ``why_nobody``: where it was told to nobody."""
    facts = as_dict(shown, language)
    _say(f"Alert {facts['id']}, {facts['severity']}, {facts['state']}: {facts['title']}")
    _say(f"  reason: {facts['reason']}")
    if shown.alert.money is not None:
        _say(f"  money at risk: {money(shown.alert.money, currency)}")
    _say(f"  next step: {facts['next_step']}")
    _say(f"  owner: {facts['owner']}, due {facts['due'] or 'on no day'}")
    _say(f"  see: {facts['see']}")
    times = f"{facts['seen_count']} times, last at {_time(facts['last_seen_at'])} in run {facts['last_seen_run_id']}"
    _say(f"  opened: {_time(facts['opened_at'])}; seen {times}")
    if facts["acknowledged_by"]:
        _say(f"  acknowledged: by {facts['acknowledged_by']} at {_time(facts['acknowledged_at'])}")
    if facts["closed_by"]:
        _say(f"  closed: by {facts['closed_by']} at {_time(facts['closed_at'])}")
        _say(f"  result: {facts['result'] or 'none'}")
    if why_nobody:
        _say(f"  told: nobody: {why_nobody}")
    else:
        _part("told", [_told(one) for one in shown.told])
    _part("tasks", [_task(task, language, currency) for task in shown.tasks])
    _part("members", [item.text.in_language(language) for item in shown.alert.items])


def _say(text: str) -> None:
    console.print(text, soft_wrap=True, markup=False)


def _part(name: str, lines: list[str]) -> None:
    _say(f"  {name}: {len(lines) or 'none'}")
    for line in lines:
        _say(f"    {line}")


def _told(one: "Told") -> str:
    when = _time(one.sent_at) if one.status == "sent" and one.sent_at else f"since {_time(one.queued_at)}"
    more = "; ".join(part for part in (one.error, one.note) if part)
    return f"{one.channel}, {one.kind}: {one.status} {when}{f' ({more})' if more else ''}"


def _task(task: "Task", language: str, currency: str) -> str:
    amount = f", {money(task.money, currency)}" if task.money is not None else ""
    ending = f" ({task.result})" if task.result else ""
    due = f", due {task.due}" if task.due else ""
    steps = f"{task.title.in_language(language)}: {task.next_step.in_language(language)}"
    return f"{task.state}{ending}{amount}{due}: {steps}"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
