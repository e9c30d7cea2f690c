"""Rows that the source keeps and marks as deleted."""

import re

import pyarrow as pa

from ingestion.casts import FALSE_WORDS, TRUE_WORDS
from ingestion.raw_text import is_binary, quoted, text_of
from ingestion.source_models import SoftDelete

# What stands in a column that marks nothing, where no values are listed. MySQL's zero date is no date.
_UNMARKED = ("", "0", *FALSE_WORDS)


def _word(value: object) -> bool | None:
    """The truth value that a listed value stands for, if it does."""
    text = str(value).lower()
    return True if text in TRUE_WORDS else False if text in FALSE_WORDS else None


def deleted_sql(rule: SoftDelete, place: str, raw: pa.DataType) -> str:
    """Whether a row is deleted. A boolean or a bit is asked for by 1 as well as by true."""
    if is_binary(raw):
        return _deleted_bits(rule, place)
    text = f"trim({text_of(place, raw)})"
    if not rule.values:
        unmarked = f"lower({text}) in ({', '.join(map(quoted, _UNMARKED))}) or starts_with({text}, '0000-00-00')"
        return f"coalesce(not ({unmarked}), false)"
    words: set[str] = set()
    for value in rule.values:
        if isinstance(value, bool) or (pa.types.is_boolean(raw) and _word(value) is not None):
            words |= set(TRUE_WORDS if _word(value) else FALSE_WORDS)
    found = [f"lower({text}) in ({', '.join(map(quoted, sorted(words)))})"] if words else []
    texts = [str(value) for value in rule.values if value is not None and not isinstance(value, bool)]
    if texts:
        found.append(f"{text} in ({', '.join(map(quoted, texts))})")
    numbers = [value for value in texts if re.fullmatch(r"-?\d{1,18}", value)]
    if pa.types.is_decimal(raw) and numbers:
        found.append(f"{place} in ({', '.join(numbers)})")
    return f"coalesce({' or '.join(found) or 'false'}, false)"


def _deleted_bits(rule: SoftDelete, place: str) -> str:
    """Bits come as bytes: those of a number, the highest first."""
    digits = f"ltrim(hex({place}), '0')"
    if not rule.values:
        return f"coalesce({digits} <> '', false)"
    wanted = {"1" if _word(value) else "" for value in rule.values if _word(value) is not None}
    wanted |= {f"{int(str(value)):X}".lstrip("0") for value in rule.values if re.fullmatch(r"\d+", str(value))}
    return f"coalesce({digits} in ({', '.join(map(quoted, sorted(wanted)))}), false)" if wanted else "false"


def doubtful_values(rule: SoftDelete, declared: str) -> list[str]:
    """The listed values that a column declared as this SQL type cannot hold: they would mark nothing."""
    kind = declared.upper()
    if kind.startswith("BOOL"):
        fits = [_word(value) is not None for value in rule.values]
    elif re.match(r"(TINY|SMALL|MEDIUM|BIG)?INT|NUMERIC|DECIMAL|BIT", kind):
        fits = [isinstance(value, bool) or bool(re.fullmatch(r"-?\d+(\.\d+)?", str(value))) for value in rule.values]
    elif kind.startswith(("DATE", "TIME")):
        fits = [bool(re.match(r"\d{4}-\d{2}-\d{2}", str(value))) for value in rule.values]
    else:
        return []
    return [str(value) for value, fit in zip(rule.values, fits, strict=True) if not fit]


def soft_delete_findings(rule: SoftDelete | None, types: dict[str, str], where: str) -> list[str]:
    """A sentence where the source file lists values that the column cannot hold."""
    if rule is None:
        return []
    declared = next((kind for name, kind in types.items() if name.casefold() == rule.column.casefold()), "")
    if not (wrong := doubtful_values(rule, declared)):
        return []
    return [
        f"{where}: {rule.column} is {declared} and never holds {', '.join(wrong)}, so that soft_delete marks nothing "
        "by it. List values that it holds"
    ]
