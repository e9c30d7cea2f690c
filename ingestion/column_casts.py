"""The cast of each contract column of an entity: constant, translated code, or the source's value."""

from decimal import Decimal

import pyarrow as pa

from ingestion.casts import Cast, cast_column, is_marked, marked_sql
from ingestion.column_plan import ColumnPlan
from ingestion.entities import Column
from ingestion.raw_text import CastOptions, quoted, text_of
from ingestion.sources import EntityMapping


def _literal(value: object, column: Column) -> str:
    if value is None:
        return f"cast(null as {column.sql_type})"
    text = (
        str(value).lower() if isinstance(value, bool) else format(value, "f") if isinstance(value, Decimal) else value
    )
    return f"cast({quoted(str(text))} as {column.sql_type})"


def _translated(place: str, field: pa.Field, codes: dict, column: Column) -> Cast:
    """A CASE over the codes that the source file lists; any other code is rejected."""
    source = original = text_of(place, field.type)
    bad = ""
    if is_marked(field):
        source, original, bad = marked_sql(place)
    text = f"trim({source})"
    branches, known, default = [], ["''"], None
    for code, target in codes.items():
        if code is None:
            branches.append(f"when {original} is null then {_literal(target, column)}")
        elif code == "*":
            default = _literal(target, column)
        else:
            branches.append(f"when {text} = {quoted(code)} then {_literal(target, column)}")
            known.append(quoted(code))
    if default:
        branches.append(f"when {text} <> '' then {default}")
    value = f"case {' '.join(branches)} else cast(null as {column.sql_type}) end"
    rejected = bad if default else f"{original} is not null and coalesce({text} not in ({', '.join(known)}), true)"
    return Cast(value, original, rejected)


def column_casts(mapping: EntityMapping, plan: ColumnPlan, raw: pa.Schema) -> dict[str, Cast]:
    """Contract column → cast, in contract order."""
    spec = mapping.spec
    casts = {}
    for name, column in mapping.entity.columns.items():
        if name in spec.constants:
            casts[name] = Cast(_literal(spec.constants[name], column), "null", "")
        elif name not in plan.contract:
            casts[name] = Cast(f"cast(null as {column.sql_type})", "null", "")
        else:
            place = plan.place(plan.contract[name])
            field = raw.field(place)
            if name in spec.values:
                casts[name] = _translated(place, field, spec.values[name], column)
                continue
            options = CastOptions(
                format=spec.formats.get(name, ""),
                factor=_factor(spec.units.get(name)),
                scale=plan.scales.get(name) if name in spec.scales or pa.types.is_floating(field.type) else None,
                decimal=spec.decimal,
                thousands=spec.thousands,
                timezone=mapping.timezone,
            )
            casts[name] = cast_column(place, field, column, options)
    return casts


def _factor(factor: Decimal | None) -> str:
    if factor is None:
        return ""
    text = format(factor, "f")
    decimals = len(text.partition(".")[2])
    return f"cast({quoted(text)} as decimal({max(len(text.replace('.', '').lstrip('-')), decimals + 1)},{decimals}))"
