"""The sections of a certificate that say whom it told: breached limits, and the other open alerts."""

from typing import TYPE_CHECKING

from reporting.certificate_alerts import DIGEST, LIMIT
from reporting.certificate_parts import BreachedLimit, CustomersAtRisk
from reporting.certificate_section import Section, pick
from warehouse.formats import dimension, figure, money, period

if TYPE_CHECKING:
    from reporting.certificate import Certificate

SHOWN_LIMITS = 20
SHOWN_ALERTS = 12


def limits(certificate: "Certificate", words: dict[str, str]) -> Section:
    """One line a metric: what is beyond which limit, where, who answers for it and what was told."""
    shown = certificate.limits[:SHOWN_LIMITS]
    rows = tuple(
        (
            words[f"status_{one.status}"],
            f"{pick(certificate, one.label_en, one.label_zh)}, {period(one.period_grain, one.period_start)}",
            _scope(one, words, certificate.language),
            figure(one.value, one.unit, one.currency, certificate.language, beside=one.limit),
            figure(one.limit, one.unit, one.currency, certificate.language),
            one.owner,
            _told_of_limit(one, words),
        )
        for one in shown
    )
    names = tuple(words[name] for name in ("severity", "metric", "scope", "value", "limit_value", "owner", "told"))
    more = len(certificate.limits) - len(shown)
    return Section(words["limits"], names, rows, frozenset({3, 4}), "" if rows else words["no_limits"], more)


def _told_of_limit(one: BreachedLimit, words: dict[str, str]) -> str:
    if one.alert:
        return _told(one.told, one.alert, one.owner, words)
    return words["untold_closed"].format(one.closed_by) if one.closed_by else words["untold_no_alert"]


def _told(told: tuple[str, ...], severity: str, owner: str, words: dict[str, str]) -> str:
    """The channels, or in plain words who was not told and why."""
    return ", ".join(told) or words[f"untold_{severity}"].format(owner)


def _scope(one: BreachedLimit, words: dict[str, str], language: str) -> str:
    """The total or a member by name, and how many other members are beyond too."""
    if one.dimension_name == "total":
        return words["scope_total_and"].format(one.members) if one.members else words["scope_total"]
    member = f"{dimension(one.dimension_name, language)} {one.member}"
    return words["scope_member_and"].format(member, one.members) if one.members else member


def alerts(certificate: "Certificate", words: dict[str, str]) -> Section:
    """The open alerts that are no limit; the digests of customers at risk as one line and the largest."""
    others = [one for one in certificate.alerts if one.rule not in (LIMIT, DIGEST)]
    shown = others[:SHOWN_ALERTS]
    rows = [
        (
            words[f"status_{one.severity}"],
            pick(certificate, one.title_en, one.title_zh),
            money(one.money, certificate.currency) if one.money is not None else "–",
            one.owner,
            _told(one.told, one.severity, one.owner, words),
        )
        for one in shown
    ]
    if certificate.at_risk:
        rows += _at_risk(certificate, certificate.at_risk, words)
    names = tuple(words[name] for name in ("severity", "what", "money", "owner", "told"))
    sentence = "" if rows else words["no_alerts"]
    return Section(words["alerts"], names, tuple(rows), frozenset({2}), sentence, len(others) - len(shown))


def _at_risk(
    certificate: "Certificate", risk: CustomersAtRisk, words: dict[str, str]
) -> list[tuple[str, str, str, str, str]]:
    largest = risk.largest_zh if certificate.language == "zh" else risk.largest_en
    line = (
        words[f"status_{risk.severity}"],
        words["at_risk"].format(risk.customers, risk.owners),
        "–" if risk.money is None else money(risk.money, certificate.currency),
        words["their_owners"],
        _told(risk.told, risk.severity, words["their_owners"], words),
    )
    return [line, *(("", f"  {title}", "", "", "") for title in largest)]
