"""The money behind raw rows: its SQL, from what the rule file of the entity says."""

from quality.conditions import name
from quality.rulebook import EntityRules


def money_sql(rules: EntityRules, alias: str, header: str = "h") -> tuple[str, str]:
    """SQL of amount and currency of a row; nulls where the entity carries no money.

    A line has the currency of its header, whose row is joined as ``header``.
    """
    money = rules.file.money
    if money is None:
        return "cast(null as decimal(18, 4))", "cast(null as varchar)"
    amount = f"{alias}.{name(money.column)}"
    if money.header:
        return amount, f"{header}.currency"
    if not money.currency:
        return amount, "cast(null as varchar)"
    return amount, f"{alias}.{name(money.currency)}"
