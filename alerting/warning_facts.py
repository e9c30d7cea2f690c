"""Why a customer is at risk, in words that whoever calls him can begin with."""

from typing import Any

from alerting.candidate import Words

_COMPONENTS = {
    "orders": Words("orders", "下单"),
    "payment": Words("payment", "付款"),
    "complaints": Words("complaints", "投诉"),
    "interaction": Words("contact", "互动"),
    "margin": Words("margin", "毛利"),
}
# What each reason looks at, in the order of the reasons.
_FACTS = {
    "complaints": ("complaints_30_days", Words("{} complaints", "投诉 {} 次")),
    "no_order_key_account": ("days_without_order", Words("{} days without an order", "{} 天未下单")),
    "stale_opportunity": ("days_without_follow_up", Words("{} days without a follow-up", "{} 天未跟进")),
    "no_contact": ("days_without_contact", Words("{} days without contact", "{} 天未联系")),
}


def why_of(row: dict[str, Any]) -> Words:
    """The reasons, and the facts behind them: whoever calls the customer has to know which component is weak."""
    facts: list[Words] = []
    if row["health_score"] is not None and row["weakest_component"] is not None:
        score, weakest = round(row["health_score"]), _COMPONENTS[row["weakest_component"]]
        facts.append(Words(f"health {score}, weakest: {weakest.en}", f"健康度 {score},最弱分项:{weakest.zh}"))
    for reason, (column, words) in _FACTS.items():
        if reason in row["reasons"].split("; ") and row[column] is not None:
            facts.append(Words(words.en.format(row[column]), words.zh.format(row[column])))
    if not facts:
        return Words(row["reasons_en"], row["reasons_zh"])
    return Words(
        f"{row['reasons_en']} — {', '.join(fact.en for fact in facts)}",
        f"{row['reasons_zh']}——{'、'.join(fact.zh for fact in facts)}",
    )
