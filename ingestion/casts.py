"""SQL that casts one source column into one contract type, exactly or not at all.

Each cast gives the value and the condition under which a source value could not be carried; then the
column is NULL and the source's text goes into `_rejected`.
"""

from dataclasses import dataclass

import pyarrow as pa

from ingestion.entities import DECIMALS, Column
from ingestion.number_casts import decimal_sql, integer_sql
from ingestion.raw_text import CastOptions, is_binary, is_text, quoted, text_of
from ingestion.readers.raw_arrow import BINARY_MARK
from ingestion.time_casts import date_sql, utc_sql

TRUE_WORDS = ("true", "t", "1", "yes", "y", "on")
FALSE_WORDS = ("false", "f", "0", "no", "n", "off")


@dataclass(frozen=True)
class Cast:
    """``value``: SQL of the contract's type. ``original``: SQL of the source's text. ``rejected``: SQL or ''."""

    value: str
    original: str
    rejected: str


def _boolean_sql(name: str, raw: pa.DataType) -> str:
    if pa.types.is_boolean(raw):
        return name
    if is_binary(raw):
        return f"case when hex({name}) = '01' then true when hex({name}) = '00' then false end"
    text = f"lower(trim({text_of(name, raw)}))"
    true, false = (", ".join(map(quoted, words)) for words in (TRUE_WORDS, FALSE_WORDS))
    return f"case when {text} in ({true}) then true when {text} in ({false}) then false end"


def is_marked(field: pa.Field) -> bool:
    """Whether a text column holds bytes or errors among its texts, each behind a mark."""
    return bool(field.metadata and b"binary" in field.metadata)


def marked_sql(name: str) -> tuple[str, str, str]:
    """SQL of a marked column: its texts, the source's texts, and the condition under which it is neither."""
    bad = f"coalesce(starts_with({name}, '{BINARY_MARK}'), false)"
    return f"(case when not {bad} then {name} end)", f"replace({name}, '{BINARY_MARK}', '')", bad


def cast_column(name: str, field: pa.Field, target: Column, options: CastOptions) -> Cast:
    """The cast of the raw column ``name`` into the contract column ``target``."""
    raw = field.type
    original, bad = text_of(name, raw), ""
    if is_marked(field):
        name, original, bad = marked_sql(name)
    if target.type in ("text", "code"):
        if is_binary(raw):
            return Cast("cast(null as varchar)", original, f"{name} is not null")
        text = text_of(name, raw)
        if target.type == "text":
            return Cast(text, original, bad)
        value = f"case when trim({text}) in ({', '.join(map(quoted, target.values))}) then trim({text}) end"
    elif target.type in DECIMALS:
        value = decimal_sql(name, raw, DECIMALS[target.type], options)
        value = f"try_cast({value} as {target.sql_type})" if target.type == "probability" else value
    elif target.type == "integer":
        value = integer_sql(name, raw, options)
    elif target.type == "boolean":
        value = _boolean_sql(name, raw)
    elif target.type == "date":
        value = date_sql(name, raw, options)
    else:
        value = utc_sql(name, raw, options)
    blank = f"trim({original}) <> ''" if is_text(raw) else f"{name} is not null"
    return Cast(value, original, f"({value}) is null and {blank}")
