"""SQL that casts a source column into a time or a day.

DuckDB's session time zone is the source's, so that a time without zone is read as the source's local time.
Where clocks go back, the second of the two equal local times is meant; a local time that clocks skip moves
forward by the skipped hour.
"""

import pyarrow as pa

from ingestion.raw_text import CastOptions, is_text, quoted, text_of

EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}


def is_plain_instant(raw: pa.DataType, options: CastOptions) -> bool:
    """Whether a column already holds instants to the microsecond."""
    return pa.types.is_timestamp(raw) and raw.tz is not None and raw.unit == "us" and not options.format


def instant_sql(name: str, raw: pa.DataType, options: CastOptions) -> str:
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
    if not is_text(raw):
        return "cast(null as timestamptz)"
    finer = f" and (length({name}) < 27 or not regexp_matches({name}, '\\.\\d{{6}}\\d*[1-9]'))"
    digit = f"trim({name}) >= '0' and trim({name}) < ':'"  # words such as infinity are no times
    return f"case when {digit}{'' if options.scale is not None else finer} then try_cast({name} as timestamptz) end"


def date_sql(name: str, raw: pa.DataType, options: CastOptions) -> str:
    """The column as a day of the source's zone, or NULL."""
    if pa.types.is_date(raw) and not options.format:
        return f"cast({name} as date)"
    if options.format and options.format not in EPOCHS and "%z" not in options.format:
        return f"cast(try_strptime(trim({text_of(name, raw)}), {quoted(options.format)}) as date)"
    local = f"cast(timezone({quoted(options.timezone)}, {instant_sql(name, raw, options)}) as date)"
    if is_text(raw) and not options.format:
        plain = f"regexp_full_match(trim({name}), '\\d{{1,4}}[-/]\\d{{1,2}}[-/]\\d{{1,2}}')"
        return f"case when {plain} then try_cast(trim({name}) as date) else {local} end"
    return local
