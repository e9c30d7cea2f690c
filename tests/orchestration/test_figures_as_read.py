"""What `cmw metrics values` prints can be held against a limit, and its digits stay together."""

from datetime import date
from decimal import Decimal

from orchestration.cli.figures import print_figures
from orchestration.cli.metrics import VALUES

ROW = {
    **dict.fromkeys(VALUES),
    "period_start": date(2026, 4, 1), "dimension_value": "total", "value": Decimal("0.89960000"), "unit": "rate",
    "currency": None, "numerator": Decimal("26680916.92"), "denominator": Decimal("29929281.37"), "base_count": 154,
    "previous_value": Decimal("0.0194"), "same_period_last_year_value": Decimal("0.8562"), "target_value": Decimal("1"),
    "limit_status": "critical",
}  # fmt: skip


def test_a_share_is_read_in_percent_and_long_amounts_on_one_line(capsys):
    print_figures("net_revenue_retention by quarter", [ROW], VALUES)
    said = capsys.readouterr().out
    for figure in ("90.0 %", "1.9 %", "85.6 %", "26,680,916.92", "29,929,281.37", "critical"):
        assert figure in said
    assert "why" not in said, "a column in which nothing stands"


def test_money_has_its_currency_and_a_missing_value_its_reason(capsys):
    money = {**ROW, "unit": "money", "currency": "CNY", "value": Decimal("12437733.98"), "numerator": None}
    print_figures("net_revenue by month", [money], VALUES)
    assert "12,437,733.98" in (said := capsys.readouterr().out) and "CNY" in said
    print_figures("net_revenue by month", [{**money, "value": None, "null_reason": "small_base"}], VALUES)
    assert "small_base" in (said := capsys.readouterr().out) and "value" in said
