"""SQL that casts a source column into an exact number, or into NULL where it would lose a digit.

Everything goes through text, because binary floating point would bend it: 0.1 stays 0.1.
"""

import re

import pyarrow as pa

from ingestion.raw_text import CastOptions, is_text, quoted, text_of


def _number_text(name: str, raw: pa.DataType, options: CastOptions) -> str:
    if pa.types.is_floating(raw):
        return f"cast({name} as varchar)"  # the shortest text that is this number
    text = text_of(name, raw)
    if not is_text(raw):
        return text
    text = f"trim({text})"
    return text if options.decimal == "." and not options.thousands else _without_marks(text, options)


def _without_marks(text: str, options: CastOptions) -> str:
    """Text written with the source file's marks as plain number text, NULL where a mark stands where none can.

    A mark at another place is another country's number: 1.5 is no 15 that somebody grouped.
    """
    point, group = re.escape(options.decimal), re.escape(options.thousands)
    whole = f"(\\d+|\\d{{1,3}}({group}\\d{{3}})+)" if group else "\\d+"
    number = f"[+-]?({whole}({point}\\d*)?|{point}\\d+|\\d+({point}\\d*)?[eE][+-]?\\d+)"
    plain = f"replace({text}, {quoted(options.thousands)}, '')" if group else text
    if options.decimal != ".":
        plain = f"replace({plain}, {quoted(options.decimal)}, '.')"
    return f"case when regexp_full_match({text}, {quoted(number)}) then {plain} end"


def _exact_decimal(text: str, decimals: int) -> str:
    """Text as decimal(18, decimals), NULL where that would lose a digit."""
    target = f"decimal(18,{decimals})"
    plain = f"[+-]?(\\d+(\\.\\d{{0,{decimals}}}0*)?|\\.\\d{{1,{max(decimals, 1)}}}0*)"
    small, large = f"try_cast({text} as decimal(38,30))", f"try_cast({text} as decimal(38,19))"
    return (
        f"case when regexp_full_match({text}, '{plain}') then try_cast({text} as {target}) "
        f"when regexp_full_match({text}, '[+-]?[0-9.]{{1,19}}[eE]-\\d+') "
        f"and ({small} <> 0 or regexp_matches({text}, '^[+-]?[0.]+[eE]')) "  # not so small that it looks like 0
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


def integer_sql(name: str, raw: pa.DataType, options: CastOptions) -> str:
    """A whole number as bigint or NULL."""
    if pa.types.is_integer(raw) and not options.factor:
        return f"try_cast({name} as bigint)"
    if options.factor:
        return f"try_cast({decimal_sql(name, raw, 0, options)} as bigint)"
    text = _number_text(name, raw, options)
    whole = f"regexp_full_match({text}, '[+-]?\\d+(\\.0*)?')"
    return f"case when {whole} then try_cast(split_part({text}, '.', 1) as bigint) end"
