"""Figures and periods as people read them, the same in alerts, reports and on the screen."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_UNITS = {
    "days": {"en": " days", "zh": " 天"},
    "hours": {"en": " hours", "zh": " 小时"},
    "months": {"en": " months", "zh": " 个月"},
    "times": {"en": " times", "zh": " 倍"},
}

_MOST_PLACES = 4

_DIMENSIONS_ZH = {
    "channel": "渠道", "region": "区域", "owner": "负责人", "tier": "层级", "customer_type": "客户类型", "team": "团队",
    "stage": "阶段", "topic": "主题", "product_line": "产品线", "field": "字段", "entity": "表", "campaign": "活动",
    "source_system": "数据源", "priority": "优先级", "segment": "分群", "loss_reason": "丢单原因", "currency": "币种",
    "account_class": "科目类别", "ageing_bucket": "账龄段", "dispute": "争议", "effect": "影响因素", "cause": "原因",
    "activity_type": "活动类型", "event_type": "事件类型", "movement_type": "变动类型", "month_number": "第几个月",
    "state": "状态", "previous_state": "原状态", "transition": "状态变化", "cell": "象限", "rule": "规则",
    "primary_cause": "主要原因", "primary_reason": "首要原因", "level": "指标级别", "module": "模块",
    "severity": "级别",
}  # fmt: skip


def dimension(name: str, language: str = "en") -> str:
    """A dimension as people call it."""
    return _DIMENSIONS_ZH.get(name, name) if language == "zh" else name.replace("_", " ")


def figure(
    value: Decimal | None,
    unit: str,
    currency: str | None = None,
    language: str = "en",
    *,
    beside: Decimal | None = None,
) -> str:
    """12.3 % for a rate, 1,234 CNY for money, 12.5 days, at most one decimal for the rest; – where there is none.

    Where it stands beside another, such as the limit that it is beyond, it has the decimals by which the two differ.
    """
    if value is None:
        return "–"
    scale = 100 if unit == "rate" else 1
    shown = value * scale
    places = 1 if unit == "rate" else 0 if unit == "money" or shown == shown.to_integral_value() else 1
    if beside not in (None, value):
        while places < _MOST_PLACES and _places(shown, places) == _places(beside * scale, places):
            places += 1
    text = f"{_places(shown, places):,}"
    if unit == "rate":
        return f"{text} %"
    if unit == "money":
        return f"{text} {currency or ''}".strip()
    return text + _UNITS.get(unit, {}).get(language, "")


def money(value: Decimal | None, currency: str) -> str:
    return figure(value, "money", currency)


def period(grain: str, start: date) -> str:
    """2026-06 for a month, 2026-Q2, 2026, 2026-W23, or the day."""
    if grain == "month":
        return f"{start:%Y-%m}"
    if grain == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    if grain == "year":
        return str(start.year)
    if grain == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02}"
    return start.isoformat()


def _places(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
