"""SQL that casts a source column into a time or a day.

DuckDB's session time zone is the source's, so that a time without zone is read as the source's local time.
Where clocks go back, the second of the two equal local times is meant; a local time that clocks skip moves
forward by the skipped hour. A zone is an offset, UTC or a place: CST is Chicago, Shanghai or Havana. Years have
four digits: 24-05-01 is a day of 2024 or of 2001.
"""

from dataclasses import replace

import pyarrow as pa

from ingestion.number_casts import decimal_sql
from ingestion.raw_text import CastOptions, is_text, quoted, text_of

EPOCHS = {"epoch_s": 6, "epoch_ms": 3, "epoch_us": 0}  # decimals down to a microsecond
_PLACE = "[A-Za-z_]+/[A-Za-z0-9_+/-]+"
_DAY = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_TIME = f"{_DAY}([Tt ] *[0-9:.]+)? *(Z|UTC|GMT|[+-][0-9:]+|{_PLACE})?"


def utc_sql(name: str, raw: pa.DataType, options: CastOptions) -> str:
    """The column as a time in UTC, or NULL where it is none of the years 1 to 9999."""
    options = _for_text(raw, options)
    value = (
        f"make_timestamp(epoch_us({name}))"  # the same as below, without asking for a zone
        if is_plain_instant(raw, options)
        else f"timezone('UTC', {instant_sql(name, raw, options)})"
    )
    years = "between timestamp '0001-01-01' and timestamp '9999-12-31 23:59:59.999999'"
    return f"case when {value} {years} then {value} end"


def _for_text(raw: pa.DataType, options: CastOptions) -> CastOptions:
    """A pattern is for texts and numbers: a sheet's dates are dates already, whatever a CSV beside it says."""
    is_time = pa.types.is_timestamp(raw) or pa.types.is_date(raw)
    return replace(options, format="") if is_time and options.format else options


def is_plain_instant(raw: pa.DataType, options: CastOptions) -> bool:
    """Whether a column already holds instants to the microsecond."""
    return pa.types.is_timestamp(raw) and raw.tz is not None and raw.unit == "us" and not options.format


def instant_sql(name: str, raw: pa.DataType, options: CastOptions) -> str:
    """The column as a timestamp with zone, or NULL."""
    if options.format in EPOCHS:
        decimals = EPOCHS[options.format]
        number = decimal_sql(name, raw, decimals, options)
        micros = f"cast(cast({number} as decimal(38,{decimals})) * {10**decimals} as bigint)"
        return f"timezone('UTC', make_timestamp({micros}))"
    if options.format:
        return _parsed(f"trim({text_of(name, raw)})", options.format)
    if pa.types.is_timestamp(raw):
        whole = f"cast({name} as timestamptz)"
        if raw.unit == "ns" and options.scale is None:
            return f"case when epoch_ns({name}) % 1000 = 0 then {whole} end"
        return whole
    if pa.types.is_date(raw):
        return f"cast(cast({name} as timestamp) as timestamptz)"
    if not is_text(raw):
        return "cast(null as timestamptz)"
    finer = f" and (length({name}) < 27 or not regexp_matches({name}, '\\.\\d{{6}}\\d*[1-9]'))"
    told = f"regexp_full_match(trim({name}), '{_TIME}')"  # words such as infinity are no times
    return f"case when {told}{'' if options.scale is not None else finer} then try_cast({name} as timestamptz) end"


def _parsed(text: str, pattern: str) -> str:
    parsed = f"try_strptime({text}, {quoted(pattern)})"
    conditions = []
    if "%n" in pattern:
        conditions.append(f"epoch_ns({parsed}) % 1000 = 0")
    if "%Z" in pattern:
        conditions.append(f"regexp_matches({text}, '(^|[^A-Za-z])(Z|UTC|GMT|{_PLACE})([^A-Za-z]|$)')")
    whole = f"cast({parsed} as timestamptz)"
    return f"case when {' and '.join(conditions)} then {whole} end" if conditions else whole


def date_sql(name: str, raw: pa.DataType, options: CastOptions) -> str:
    """The column as a day of the source's zone, or NULL where it is none of the years 1 to 9999."""
    value = _day_sql(name, raw, _for_text(raw, options))
    return f"case when {value} between date '0001-01-01' and date '9999-12-31' then {value} end"


def _day_sql(name: str, raw: pa.DataType, options: CastOptions) -> str:
    if pa.types.is_date(raw) and not options.format:
        return f"cast({name} as date)"
    if options.format and options.format not in EPOCHS and "%z" not in options.format.lower():
        return f"cast(try_strptime(trim({text_of(name, raw)}), {quoted(options.format)}) as date)"
    local = f"cast(timezone({quoted(options.timezone)}, {instant_sql(name, raw, options)}) as date)"
    if is_text(raw) and not options.format:
        return (
            f"case when regexp_full_match(trim({name}), '{_DAY}') then try_cast(trim({name}) as date) else {local} end"
        )
    return local
