"""The sections of a certificate in reading order: every cell as text in the company's language."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reporting.certificate_alert_sections import alerts, limits
from reporting.certificate_parts import Headline
from reporting.certificate_section import Section, pick
from reporting.certificate_words import WORDS
from warehouse.formats import figure, money, period

if TYPE_CHECKING:
    from reporting.certificate import Certificate

SHOWN_CHECKS = 12
SHOWN_HELD = 15


def sections(certificate: "Certificate") -> Iterator[Section]:
    """The certificate in reading order."""
    words = WORDS[certificate.language]
    yield _headlines(certificate, words)
    yield _ledger(certificate, words)
    yield _loaded(certificate, words)
    yield _held_back(certificate, words)
    yield _checks(certificate, words)
    yield limits(certificate, words)
    yield alerts(certificate, words)
    looks = tuple((pick(certificate, one.what_en, one.what_zh), one.where) for one in certificate.next_looks)
    yield Section(words["next"], (words["what"], words["where"]), looks)


def _headlines(certificate: "Certificate", words: dict[str, str]) -> Section:
    rows = tuple(
        (
            pick(certificate, one.label_en, one.label_zh),
            period(one.period_grain, one.period_start),
            figure(one.value, one.unit, one.currency, certificate.language),
            _change(one, words),
            figure(one.target, one.unit, one.currency, certificate.language),
            words[f"status_{one.status}"],
        )
        for one in certificate.headlines
    )
    columns = ("metric", "period", "value", "change", "target", "status")
    names = tuple(words[name] for name in columns)
    return Section(words["headlines"], names, rows, frozenset({2, 3, 4}), "" if rows else words["no_headlines"])


def _change(one: Headline, words: dict[str, str]) -> str:
    """Relative change in per cent, or percentage points, as the metric wants it."""
    if one.previous is None or (one.change_type == "relative" and not one.previous):
        return "–"
    if one.change_type == "points":
        return f"{(one.value - one.previous) * (100 if one.unit == 'rate' else 1):+.1f} {words['points']}"
    return f"{(one.value - one.previous) / abs(one.previous) * 100:+.1f} %"


def _ledger(certificate: "Certificate", words: dict[str, str]) -> Section:
    rows = tuple(
        (
            f"{words[f'class_{one.account_class}']} ({words[one.measure]}, {one.currency})",
            *(f"{value:,.2f}" for value in (one.ledger, one.warehouse, one.held_back, one.difference)),
            str(one.months_off),
        )
        for one in certificate.ledger
    )
    names = tuple(
        words[name]
        for name in ("measure", "ledger_amount", "warehouse_amount", "held_amount", "difference", "months_off")
    )
    return Section(words["ledger"], names, rows, frozenset(range(1, 6)), "" if rows else words["no_ledger"])


def _loaded(certificate: "Certificate", words: dict[str, str]) -> Section:
    rows = tuple(
        (
            one.source_system,
            *(
                f"{number:,}"
                for number in (one.entities, one.rows_read, one.new_versions, one.unchanged, one.deletes, one.held_rows)
            ),
            ", ".join(one.failed) or "–",
        )
        for one in certificate.loaded
    )
    columns = ("source", "entities", "read", "new", "unchanged", "deleted", "unreadable", "failed")
    return Section(
        words["loaded"],
        tuple(words[name] for name in columns),
        rows,
        frozenset(range(1, 7)),
        "" if rows else words["nothing_loaded"],
    )


def _held_back(certificate: "Certificate", words: dict[str, str]) -> Section:
    shown = certificate.held_back[:SHOWN_HELD]
    rows = tuple(
        (
            one.source_system,
            one.entity,
            f"{one.rows:,}",
            money(one.money, certificate.currency),
            "; ".join(one.reasons_zh if certificate.language == "zh" else one.reasons_en) or ", ".join(one.rules),
        )
        for one in shown
    )
    names = tuple(words[name] for name in ("source", "entity", "rows", "money", "why"))
    more = len(certificate.held_back) - len(shown)
    return Section(words["held"], names, rows, frozenset({2, 3}), "" if rows else words["nothing_held"], more)


def _checks(certificate: "Certificate", words: dict[str, str]) -> Section:
    shown = certificate.failed_checks[:SHOWN_CHECKS]
    rows = tuple(
        (
            words[f"status_{one.severity}"],
            one.table_name,
            f"{one.failed_count:,} / {one.checked_count:,}" if one.checked_count else one.observed,
            pick(certificate, one.reason_en, one.reason_zh) or one.check_name,
        )
        for one in shown
    )
    names = tuple(words[name] for name in ("severity", "table", "failing", "why"))
    passed = words["checks_passed"].format(certificate.checks_passed, len(certificate.failed_checks))
    return Section(words["checks"], names, rows, frozenset({2}), passed, len(certificate.failed_checks) - len(shown))
