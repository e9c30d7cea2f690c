"""Values of a source file: durations, names, time zones, exact factors and codes."""

import re
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator

_DURATION = re.compile(r"^(\d+)\s*(s|m|min|h|d|w)$")
_UNITS = {"s": "seconds", "m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _duration(value: Any) -> Any:
    """24h, 30m, 7d as a timedelta; a bare number stays one (an overlap of a numeric cursor)."""
    if not isinstance(value, str):
        return value
    match = _DURATION.match(value.strip())
    if not match:
        raise ValueError(f"{value!r} is no duration, such as 30m, 24h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


@cache
def _zones() -> set[str]:
    """Reading the machine's zones costs 16 ms, and each source file names several."""
    return available_timezones()


def _zone(value: str) -> str:
    if value and value not in _zones():
        raise ValueError(f"{value!r} is no IANA time zone, such as Asia/Shanghai")
    return value


def exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float | int) and not isinstance(value, bool) else value


def _name(value: Any) -> Any:
    """A source's name as text: a column may be called 2024; YAML's two boolean words need quotes."""
    if isinstance(value, bool):
        raise ValueError("YAML reads an unquoted true or false as a boolean; write the name in quotes")
    return str(value) if isinstance(value, int) else value


Name = Annotated[str, BeforeValidator(_name)]
Zone = Annotated[str, AfterValidator(_zone)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Factor = Annotated[Decimal, BeforeValidator(exact)]
Scalar = str | bool | int | Decimal | None
Constant = Annotated[Scalar, BeforeValidator(exact)]
