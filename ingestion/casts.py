"""SQL that casts one source column into one contract type, exactly or not at all.

Each cast gives the value and the condition under which a source value could not be carried; then the
column is NULL and the source's text goes into `_rejected`. Numbers go through text, because binary
floating point would bend them: 0.1 stays 0.1. DuckDB's session time zone is the source's, so that a time
without zone is read as the source's local time. Where clocks go back, the second of the two equal local
times is meant; a local time that clocks skip moves forward by the skipped hour.
"""

from dataclasses import dataclass

import pyarrow as pa

from ingestion.entities import DECIMALS, Column
from ingestion.readers.raw_arrow import BINARY_MARK

TRUE_WORDS = ("true", "t", "1", "yes", "y", "on")
FALSE_WORDS = ("false", "f", "0", "no", "n", "off")
EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}


@dataclass(frozen=True)
class Cast:
    """``value``: SQL of the contract's type. ``original``: SQL of the source's text. ``rejected``: SQL or ''."""

    value: str
    original: str
    rejected: str


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
    return "'" + text.replace("'", "''") + "'"


def text_of(name: str, raw: pa.DataType) -> str:
    """The column as text: a whole number in a float column is written without point, as the key it is."""
    if pa.types.is_string(raw) or pa.types.is_large_string(raw):
        return name
    if pa.types.is_floating(raw):
        whole = f"{name} = trunc({name}) and abs({name}) < 9007199254740992"
        return f"case when {whole} then cast(cast({name} as bigint) as varchar) else cast({name} as varchar) end"
    if _is_binary(raw):
        return f"'\\x' || lower(hex({name}))"
    if pa.types.is_timestamp(raw) and raw.tz:
        return f"cast(timezone('UTC', {name}) as varchar) || '+00:00'"
    return f"cast({name} as varchar)"


def _is_binary(raw: pa.DataType) -> bool:
    return pa.types.is_binary(raw) or pa.types.is_large_binary(raw) or pa.types.is_fixed_size_binary(raw)


def _is_text(raw: pa.DataType) -> bool:
    return pa.types.is_string(raw) or pa.types.is_large_string(raw)


def _number_text(name: str, raw: pa.DataType, options: CastOptions) -> str:
    if pa.types.is_floating(raw):
        return f"cast({name} as varchar)"  # the shortest text that is this number
    text = text_of(name, raw)
    if not _is_text(raw):
        return text
    if options.thousands:
        text = f"replace({text}, {quoted(options.thousands)}, '')"
    if options.decimal != ".":
        text = f"replace({text}, {quoted(options.decimal)}, '.')"
    return f"trim({text})"


def _exact_decimal(text: str, decimals: int) -> str:
    """Text as decimal(18, decimals), NULL where that would lose a digit."""
    target = f"decimal(18,{decimals})"
    plain = f"[+-]?(\\d+(\\.\\d{{0,{decimals}}}0*)?|\\.\\d{{1,{max(decimals, 1)}}}0*)"
    small, large = f"try_cast({text} as decimal(38,30))", f"try_cast({text} as decimal(38,19))"
    return (
        f"case when regexp_full_match({text}, '{plain}') then try_cast({text} as {target}) "
        f"when regexp_full_match({text}, '[+-]?[0-9.]{{1,19}}[eE]-\\d+') "
        f"and {small} = try_cast({small} as {target}) then try_cast({small} as {target}) "
        f"when regexp_full_match({text}, '[+-]?[0-9.]{{1,19}}[eE]\\+?\\d+') "
        f"and {large} = try_cast({large} as {target}) then try_cast({large} as {target}) end"
    )


def decimal_sql(name: str, raw: pa.DataType, decimals: int, options: CastOptions) -> str:
    """A number as decimal(18, decimals) or NULL."""
    text = _number_text(name, raw, options)
    if options.factor:
        product = f"({_exact_decimal(text, 8)} * {options.factor})"
        rounded = f"try_cast({product} as decimal(18,{decimals}))"
        if options.scale is not None:
            return f"try_cast(round({product}, {options.scale}) as decimal(18,{decimals}))"
        return f"case when {rounded} = {product} then {rounded} end"
    if pa.types.is_integer(raw) or (pa.types.is_decimal(raw) and raw.scale <= decimals and options.scale is None):
        return f"try_cast({name} as decimal(18,{decimals}))"
    if options.scale is not None:
        digits = min(options.scale, decimals)
        if pa.types.is_floating(raw):
            return f"try_cast(try_cast({text} as decimal(18,{digits})) as decimal(18,{decimals}))"
        number = f"regexp_full_match({text}, '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?')"
        return (
            f"case when {number} then try_cast(try_cast({text} as decimal(18,{digits})) as decimal(18,{decimals})) end"
        )
    return _exact_decimal(text, decimals)


def _integer_sql(name: str, raw: pa.DataType, options: CastOptions) -> str:
    if pa.types.is_integer(raw) and not options.factor:
        return f"try_cast({name} as bigint)"
    if options.factor:
        return f"try_cast({decimal_sql(name, raw, 0, options)} as bigint)"
    text = _number_text(name, raw, options)
    whole = f"regexp_full_match({text}, '[+-]?\\d+(\\.0*)?')"
    return f"case when {whole} then try_cast(split_part({text}, '.', 1) as bigint) end"


def _boolean_sql(name: str, raw: pa.DataType) -> str:
    if pa.types.is_boolean(raw):
        return name
    if _is_binary(raw):
        return f"case when hex({name}) = '01' then true when hex({name}) = '00' then false end"
    text = f"lower(trim({text_of(name, raw)}))"
    true, false = (", ".join(map(quoted, words)) for words in (TRUE_WORDS, FALSE_WORDS))
    return f"case when {text} in ({true}) then true when {text} in ({false}) then false end"


def _instant_sql(name: str, raw: pa.DataType, options: CastOptions) -> str:
    """The column as a timestamp with zone, or NULL."""
    if options.format in EPOCHS:
        text = f"try_cast({text_of(name, raw)} as bigint)"
        return f"timezone('UTC', make_timestamp({text} * {EPOCHS[options.format]}))"
    if options.format:
        return f"cast(try_strptime(trim({text_of(name, raw)}), {quoted(options.format)}) as timestamptz)"
    if pa.types.is_timestamp(raw):
        whole = f"cast({name} as timestamptz)"
        if raw.unit == "ns" and options.scale is None:
            return f"case when epoch_ns({name}) % 1000 = 0 then {whole} end"
        return whole
    if pa.types.is_date(raw):
        return f"cast(cast({name} as timestamp) as timestamptz)"
    if not _is_text(raw):
        return "cast(null as timestamptz)"
    finer = f" and (length({name}) < 27 or not regexp_matches({name}, '\\.\\d{{6}}\\d*[1-9]'))"
    digit = f"trim({name}) >= '0' and trim({name}) < ':'"  # words such as infinity are no times
    return f"case when {digit}{'' if options.scale is not None else finer} then try_cast({name} as timestamptz) end"


def _date_sql(name: str, raw: pa.DataType, options: CastOptions) -> str:
    if pa.types.is_date(raw) and not options.format:
        return f"cast({name} as date)"
    if options.format and options.format not in EPOCHS and "%z" not in options.format:
        return f"cast(try_strptime(trim({text_of(name, raw)}), {quoted(options.format)}) as date)"
    local = f"cast(timezone({quoted(options.timezone)}, {_instant_sql(name, raw, options)}) as date)"
    if _is_text(raw) and not options.format:
        plain = f"regexp_full_match(trim({name}), '\\d{{1,4}}[-/]\\d{{1,2}}[-/]\\d{{1,2}}')"
        return f"case when {plain} then try_cast(trim({name}) as date) else {local} end"
    return local


def cast_column(name: str, field: pa.Field, target: Column, options: CastOptions) -> Cast:
    """The cast of the raw column ``name`` into the contract column ``target``."""
    raw = field.type
    original = text_of(name, raw)
    if target.type in ("text", "code"):
        if _is_binary(raw):
            return Cast("cast(null as varchar)", original, f"{name} is not null")
        if field.metadata and b"binary" in field.metadata:
            bad = f"starts_with({name}, '{BINARY_MARK}')"
            return Cast(f"case when not {bad} then {name} end", f"replace({name}, '{BINARY_MARK}', '')", bad)
        if target.type == "text":
            return Cast(original, original, "")
        value = f"case when trim({original}) in ({', '.join(map(quoted, target.values))}) then trim({original}) end"
    elif target.type in DECIMALS:
        value = decimal_sql(name, raw, DECIMALS[target.type], options)
        value = f"try_cast({value} as {target.sql_type})" if target.type == "probability" else value
    elif target.type == "integer":
        value = _integer_sql(name, raw, options)
    elif target.type == "boolean":
        value = _boolean_sql(name, raw)
    elif target.type == "date":
        value = _date_sql(name, raw, options)
    else:
        value = f"timezone('UTC', {_instant_sql(name, raw, options)})"
    blank = f"trim({original}) <> ''" if _is_text(raw) else f"{name} is not null"
    return Cast(value, original, f"({value}) is null and {blank}")
