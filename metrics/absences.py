"""What a metric is judged by, or why it has none of it: ``targets: "none: because …"``.

Silence is no answer: a headline metric says of each of JUDGED_BY what it is, or the reason why there is none.
"""

import re

JUDGED_BY = ("targets", "limits", "benchmark", "minimum_base")
# minimum_base: the company's own setting
COMPANY = "company"
_REASON = re.compile(r"none: because \S.{9,}")


def is_reason(value: object) -> bool:
    return isinstance(value, str) and bool(_REASON.fullmatch(value))


def is_open(value: object) -> bool:
    """Whether a key says no number of its own: the company's, or none for a reason."""
    return value == COMPANY or is_reason(value)


def reasons_apart(meta: object) -> object:
    """The meta block with its reasons under ``absent``, so that what is left of it has one type each."""
    if not isinstance(meta, dict):
        return meta
    if "absent" in meta:
        raise ValueError('absent is no key; write targets: "none: because …"')
    absent = {}
    for key in JUDGED_BY:
        value = meta.get(key)
        if isinstance(value, str) and (key, value) != ("minimum_base", COMPANY):
            if not is_reason(value):
                raise ValueError(f'{key} gives no reason; write {key}: "none: because …"')
            absent[key] = value
    return {key: value for key, value in meta.items() if key not in absent} | {"absent": absent}


def check_all_are_said(said: set[str], absent: dict[str, str]) -> None:
    """Raises ValueError naming the first of JUDGED_BY that is neither there nor given up with a reason."""
    for key in JUDGED_BY:
        if key not in said and key not in absent:
            raise ValueError(f'{key} is missing; without any, write {key}: "none: because …"')
