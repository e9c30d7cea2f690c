"""The business clock: which day it is for this company, and the moment a load is stamped with.

A demo or a replayed company lives in its own time: a text file named by ``today_file`` in
company.yml holds its date. ``CMW_TODAY`` (YYYY-MM-DD) overrides both.
"""

import os
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from warehouse.company import Company
from warehouse.errors import CmwError
from warehouse.settings import Settings


def business_today(settings: Settings, company: Company) -> date:
    """The company's current business day, in its own time zone."""
    text = os.environ.get("CMW_TODAY", "")
    origin = "CMW_TODAY"
    if not text and company.today_file:
        path = settings.home / company.today_file
        origin = str(path)
        if not path.exists():
            raise CmwError(
                f"The file {path} that holds the business date is missing",
                "Create the demo company with `cmw demo create`, or remove today_file from company.yml",
            )
        text = path.read_text(encoding="utf-8").strip()
    if not text:
        return datetime.now(ZoneInfo(company.time_zone)).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CmwError(f"{origin} holds {text!r}, which is no date", "Write it as YYYY-MM-DD") from None


def load_time(settings: Settings, company: Company) -> datetime:
    """The moment a load is stamped with, in UTC without zone.

    A company in its own time stamps the end of its day, so that a replay gives the same stamps.
    """
    if not company.today_file and not os.environ.get("CMW_TODAY"):
        return datetime.now(UTC).replace(tzinfo=None)
    end_of_day = datetime.combine(
        business_today(settings, company), time(23, 59, 59), tzinfo=ZoneInfo(company.time_zone)
    )
    return end_of_day.astimezone(UTC).replace(tzinfo=None)
