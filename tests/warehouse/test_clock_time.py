"""Working hours as people write them."""

from datetime import time

import pytest

from warehouse.company import load_company
from warehouse.errors import CmwError


def _hours(settings, calendar: str) -> tuple[time, time]:
    settings.config.mkdir(parents=True, exist_ok=True)
    (settings.config / "company.yml").write_text(f"name: x\nreporting_currency: CNY\ncalendar: {calendar}\n", "utf-8")
    company = load_company(settings)
    return company.calendar.opens, company.calendar.closes


@pytest.mark.parametrize("nine", ["9", "9:00", "09:00", '"9:00"', '"09:00"', "9:00:00", '"9"'])
@pytest.mark.parametrize("half_past_five", ["17:30", '"17:30"', "17:30:00"])
def test_every_way_to_write_it_is_that_time(settings, nine, half_past_five):
    assert _hours(settings, f"{{opens: {nine}, closes: {half_past_five}}}") == (time(9), time(17, 30))


@pytest.mark.parametrize("text", ["9.5", "24:30", "9:75", "nine", "true", "-9", "24"])
def test_what_is_no_time_of_day_is_refused_with_the_key(settings, text):
    with pytest.raises(CmwError) as error:
        _hours(settings, f"{{opens: 9, closes: {text}}}")
    assert "calendar.closes" in str(error.value) and "9:30" in str(error.value)
