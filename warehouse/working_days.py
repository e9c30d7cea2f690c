"""Which days the company works: its weekdays, less public holidays, plus weekends worked in exchange."""

from datetime import date, timedelta

from warehouse.company import Calendar
from warehouse.errors import CmwError

YEARS_BACK, YEARS_AHEAD = 15, 2


def exceptions(calendar: Calendar, as_of: date) -> str:
    """Days that are not as their weekday says, as ISO dates joined by commas: weekdays off and weekends worked.

    Fifteen years back and two ahead. Raises CmwError for a country without known holidays.
    """
    import holidays  # only where the calendar is needed

    years = range(as_of.year - YEARS_BACK, as_of.year + YEARS_AHEAD + 1)
    try:
        public = holidays.country_holidays(calendar.country, years=years)
    except NotImplementedError:
        raise CmwError(
            f"company.yml: calendar.country {calendar.country!r} has no known holidays",
            "Write the two letters of a country, such as CN",
        ) from None
    exchanged = getattr(public, "weekend_workdays", set())
    day, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    found = []
    while day <= last:
        usual = day.isoweekday() in calendar.working_days
        if (usual and day in public) or (not usual and day in exchanged):
            found.append(day.isoformat())
        day += timedelta(days=1)
    return ",".join(found)
