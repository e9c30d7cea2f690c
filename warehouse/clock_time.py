"""A time of day in a settings file, as people write it.

YAML reads 9:00 as the number 540, and 09:00 as a text: taken as seconds after midnight, a working day from 9:00 to
18:00 would have nine minutes.
"""

import re
from datetime import time
from typing import Annotated

from pydantic import BeforeValidator

_TEXT = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::00)?")
_NONE = (24, 0)  # an hour that there is not


def clock_time(value: object) -> time:
    """Raises ValueError, with the ways to write it, for what is no time of day."""
    if isinstance(value, time):
        return value
    hour, minute = _parts(value)
    if hour >= 24 or minute >= 60:
        raise ValueError(f"{value!r} is no time of day; write it as 9, 9:30 or 18:00")
    return time(hour, minute)


def _parts(value: object) -> tuple[int, int]:
    """Hour and minute; _NONE where the value has no such form."""
    if isinstance(value, str) and (found := _TEXT.fullmatch(value.strip())):
        return int(found[1]), int(found[2] or 0)
    if not isinstance(value, int) or isinstance(value, bool):
        return _NONE
    if 0 <= value < 24:
        return value, 0
    if 60 <= value < 24 * 60:  # 9:30 is 570
        return divmod(value, 60)
    return divmod(value // 60, 60) if 3600 <= value < 24 * 3600 else _NONE  # 9:30:00 is 34200


ClockTime = Annotated[time, BeforeValidator(clock_time)]
