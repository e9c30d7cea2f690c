"""A metric beyond its limit, in its newest period that is over and can be judged: one alert a metric.

The total comes first, then every member once, the worst first: what is wrong everywhere is said once.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from alerting.candidate import Candidate, Item, Words, worst
from alerting.formats import due_date
from alerting.rules.reading import has_table, rows
from warehouse.breached_limits import BREACHES
from warehouse.formats import dimension, figure, period

RULE = "metric_limit"
_NOBODY = {"unassigned": Words("nobody's", "无人负责"), "unknown": Words("unknown", "未知")}


def find(connection: duckdb.DuckDBPyConnection, today: date) -> list[Candidate] | None:
    """One candidate per metric that is beyond a limit in total or in a member; None without metrics."""
    if not (has_table(connection, "metrics", "metric_values") and has_table(connection, "metrics", "metric_catalogue")):
        return None
    names = _employees(connection)
    by_metric: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(connection, BREACHES):
        by_metric[row["metric_name"]].append({**row, "member": _member(row, names)})
    return [_candidate(name, found, today) for name, found in by_metric.items()]


def _employees(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    if not has_table(connection, "core", "dim_employees"):
        return {}
    query = "select employee_id, any_value(full_name) as full_name from core.dim_employees group by employee_id"
    return {row["employee_id"]: row["full_name"] for row in rows(connection, query)}


def _member(row: dict[str, Any], names: dict[str, str]) -> Words:
    """As people call it: an owner by name."""
    member = row["dimension_value"]
    if member in _NOBODY:
        return _NOBODY[member]
    name = names.get(member) if row["dimension_name"] == "owner" else None
    return Words(*[f"{name} ({member})" if name else member] * 2)


def _candidate(name: str, found: list[dict[str, Any]], today: date) -> Candidate:
    head = found[0]  # the total where it is beyond the limit too: members come and go with each period
    severity = worst([row["limit_status"] for row in found])
    items = tuple(_item(row) for row in found)
    what = Words(head["label_en"], head["label_zh"] or head["label_en"])
    shown_by = _command(name, head)
    return Candidate(
        cause=f"{RULE}:{name}",
        rule=RULE,
        owner=head["owner"],
        severity=severity,
        size=_size(head),
        title=_title(what, found, items),
        reason=Words(_reason(head, "en"), _reason(head, "zh")),
        next_step=Words(
            head["action_en"] or f"Find out why, beginning with the members below: `{shown_by}`",
            head["action_zh"] or f"查明原因,先看下列成员:`{shown_by}`",
        ),
        due=due_date(severity, today),
        link=shown_by,
        items=items,
        money=_money(head),
    )


def _command(name: str, head: dict[str, Any]) -> str:
    """What prints the very figure: by itself the command shows months in total, which may be within the limit."""
    grain = "" if head["period_grain"] == "month" else f" --grain {head['period_grain']}"
    by = "" if head["dimension_name"] == "total" else f" --by {head['dimension_name']}"
    return f"cmw metrics values {name}{grain}{by}"


def _title(what: Words, found: list[dict[str, Any]], items: tuple[Item, ...]) -> Words:
    """The total, or the member that is furthest beyond the limit; then how many others are, and how many are worse."""
    first, others = items[0].text, len(items) - 1
    if not others:
        return Words(f"{what.en}: {first.en}", f"{what.zh}:{first.zh}")
    worse = _worse(found)
    if found[0]["dimension_name"] == "total":
        more = Words(f", and {others} of its members{worse.en}", f";另有 {others} 个成员超限{worse.zh}")
    else:
        members = "member" if others == 1 else "members"
        more = Words(
            f", and {others} other {members}{worse.en}; the total is within",
            f";另有 {others} 个成员超限{worse.zh},合计未超限",
        )
    return Words(f"{what.en}: {first.en}{more.en}", f"{what.zh}:{first.zh}{more.zh}")


def _worse(found: list[dict[str, Any]]) -> Words:
    """How many are critical where the first is not, as the alert goes by the worst of them."""
    critical = sum(row["limit_status"] == "critical" for row in found[1:])
    if found[0]["limit_status"] == "critical" or not critical:
        return Words("", "")
    return Words(f", {critical} critical", f"(其中 {critical} 个严重)")


def _size(row: dict[str, Any]) -> Decimal:
    """Grows when the metric gets worse, whichever way that is."""
    if row["direction"] == "higher_better":
        return -row["value"]
    if row["direction"] == "in_band":
        middle = row["target_value"] if row["target_value"] is not None else row["limit_value"]
        return abs(row["value"] - middle)
    return row["value"]


def _money(row: dict[str, Any]) -> Decimal | None:
    """What lies beyond the limit, of a share of money; an amount itself."""
    if row["unit"] == "money":
        return row["value"].quantize(Decimal("0.01"))
    if row["unit"] != "rate" or row["denominator_unit"] != "money" or None in (row["limit_value"], row["denominator"]):
        return None
    return (abs(row["value"] - row["limit_value"]) * abs(row["denominator"])).quantize(Decimal("0.01"))


def _item(row: dict[str, Any]) -> Item:
    english, chinese = (
        figure(row["value"], row["unit"], row["currency"], language, beside=row["limit_value"])
        for language in ("en", "zh")
    )
    when = period(row["period_grain"], row["period_start"])
    is_total = row["dimension_name"] == "total"
    name, member = row["dimension_name"], row["member"]
    prefix_en = "" if is_total else f"{dimension(name)} {member.en} "
    prefix_zh = "" if is_total else f"{dimension(name, 'zh')} {member.zh} "
    status = {"warning": "预警", "critical": "严重"}[row["limit_status"]]
    key = f"{row['period_grain']}:{row['dimension_name']}:{row['dimension_value']}"
    return Item(
        key, Words(f"{prefix_en}{english} in {when} ({row['limit_status']})", f"{prefix_zh}{when} {chinese}({status})")
    )


def _reason(row: dict[str, Any], language: str) -> str:
    """The limit that it is beyond, and what there is to compare it with."""
    is_year = row["period_grain"] == "year"  # then the period before says the same
    values = [
        ("limit", "限值", row["limit_value"]),
        ("target", "目标", row["target_value"]),
        ("period before", "上期", row["previous_value"]),
        ("a year earlier", "去年同期", None if is_year else row["same_period_last_year_value"]),
    ]
    known = [
        f"{zh if language == 'zh' else en} {figure(value, row['unit'], row['currency'], language)}"
        for en, zh, value in values
        if value is not None
    ]
    if not known:
        return "超出限值" if language == "zh" else "Beyond its limit"
    told = ",".join(known) if language == "zh" else ", ".join(known)
    return told[0].upper() + told[1:]
