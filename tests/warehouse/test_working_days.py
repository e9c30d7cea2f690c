from datetime import date

import pytest

from warehouse import working_days
from warehouse.company import Calendar
from warehouse.errors import CmwError


def test_holidays_are_off_and_weekends_worked_in_exchange_are_not():
    days = working_days.exceptions(Calendar(country="CN"), date(2025, 6, 30)).split(",")
    assert {"2025-01-01", "2025-01-28"} <= set(days)  # New Year, Spring Festival eve
    assert "2025-01-26" in days  # the Sunday before the festival is worked
    assert "2025-06-30" not in days


def test_a_holiday_on_a_day_off_is_no_exception():
    days = working_days.exceptions(Calendar(country="US", working_days=(1, 2, 3, 4, 5)), date(2025, 6, 30)).split(",")
    assert "2025-07-04" in days
    assert "2026-07-04" not in days  # a Saturday


def test_an_unknown_country_is_named():
    with pytest.raises(CmwError, match="XX"):
        working_days.exceptions(Calendar(country="XX"), date(2025, 6, 30))
