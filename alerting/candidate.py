"""What a rule finds: one cause for one owner, before anybody knows whether it is new."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Severity = Literal["warning", "critical"]
SEVERITIES: tuple[Severity, ...] = ("warning", "critical")


@dataclass(frozen=True)
class Words:
    """One text in both languages."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Item:
    """One customer, check or member behind an alert. ``key`` is stable from run to run."""

    key: str
    text: Words
    money: Decimal | None = None


@dataclass(frozen=True)
class Work:
    """One thing that the owner has to do, kept as a task until it is done or its cause has gone."""

    customer_key: str | None
    title: Words
    next_step: Words
    due: date
    money: Decimal | None = None


@dataclass(frozen=True)
class Candidate:
    """One cause for one owner.

    Attributes:
        cause: stable name, such as ``metric_limit:customer_churn_rate``; with the owner it is the identity.
        size: how bad; it is worse when it grows.
        items: most money first.
        link: a published table, or a command, that shows more.
        still: customers whose cause has not gone, though they are beyond what ``work`` names now.
    """

    cause: str
    rule: str
    owner: str
    severity: Severity
    size: Decimal
    title: Words
    reason: Words
    next_step: Words
    due: date
    link: str
    items: tuple[Item, ...] = ()
    money: Decimal | None = None
    work: tuple[Work, ...] = field(default=())
    still: frozenset[str] = frozenset()


def worst(severities: list[str]) -> Severity:
    """The most severe of some severities; anything unknown counts as a warning."""
    return "critical" if "critical" in severities else "warning"
