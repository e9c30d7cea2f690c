"""A time of day in a settings file, as people write it."""

import re
from datetime import time
from typing import Annotated

from pydantic import BeforeValidator

_TEXT = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::00)?")


def clock_time(value: object) -> time:
    """Raises ValueError, with the ways to write it, for what is no time of day."""
    if isinstance(value, time):
        return value
    found = None if isinstance(value, bool) else _TEXT.fullmatch(str(value).strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if hour >= 24 or minute >= 60:
        raise ValueError(f"{value!r} is no time of day; write it as 9, 9:30 or 18:00")
    return time(hour, minute)


ClockTime = Annotated[time, BeforeValidator(clock_time)]
