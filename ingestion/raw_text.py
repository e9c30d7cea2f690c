"""Source columns as text in SQL, and what the source file says about one of them."""

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class CastOptions:
    """What the source file says about one column. ``scale`` is a declared number of decimals: round to it."""

    format: str = ""
    factor: str = ""
    scale: int | None = None
    decimal: str = "."
    thousands: str = ""
    timezone: str = "UTC"


def quoted(text: str) -> str:
    """The text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def text_of(name: str, raw: pa.DataType) -> str:
    """The column as text: a whole number in a float column is written without point, as the key it is."""
    if pa.types.is_string(raw) or pa.types.is_large_string(raw):
        return name
    if pa.types.is_floating(raw):
        whole = f"{name} = trunc({name}) and abs({name}) < 9007199254740992"
        return f"case when {whole} then cast(cast({name} as bigint) as varchar) else cast({name} as varchar) end"
    if is_binary(raw):
        return f"'\\x' || lower(hex({name}))"
    if pa.types.is_timestamp(raw) and raw.tz:
        return f"cast(timezone('UTC', {name}) as varchar) || '+00:00'"
    return f"cast({name} as varchar)"


def is_binary(raw: pa.DataType) -> bool:
    """Whether a column holds bytes."""
    return pa.types.is_binary(raw) or pa.types.is_large_binary(raw) or pa.types.is_fixed_size_binary(raw)


def is_text(raw: pa.DataType) -> bool:
    """Whether a column holds text."""
    return pa.types.is_string(raw) or pa.types.is_large_string(raw)
