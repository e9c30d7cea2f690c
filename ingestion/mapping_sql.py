"""The one SELECT that turns a raw batch into rows of the change log.

A credit note that comes with positive gross has the amounts of its header negated here. Its lines come from
another table or file and cannot be judged here: whoever reads lines negates those of a credit note whose
net amounts sum to more than zero, so that header and lines have one sign.
"""

from decimal import Decimal

import pyarrow as pa

from ingestion.casts import Cast, CastOptions, cast_column, quoted, text_of
from ingestion.column_plan import ColumnPlan, found_column
from ingestion.entities import Column
from ingestion.readers.raw_arrow import ORIGIN
from ingestion.source_types import code_texts
from ingestion.sources import EntityMapping

CREDITED = ("net_amount", "tax_amount", "gross_amount", "ledger_net_amount", "ledger_gross_amount")
NO_KEY = "∅"  # a row without any key part: its content stands in for the key, until gate 1 has judged it
DELETED_HASH = "deleted"


def _literal(value: object, column: Column) -> str:
    if value is None:
        return f"cast(null as {column.sql_type})"
    text = (
        str(value).lower() if isinstance(value, bool) else format(value, "f") if isinstance(value, Decimal) else value
    )
    return f"cast({quoted(str(text))} as {column.sql_type})"


def _translated(original: str, codes: dict, column: Column) -> Cast:
    """A CASE over the codes that the source file lists; any other code is rejected."""
    text = f"trim({original})"
    branches, known, default = [], ["''"], None
    for key, target in codes.items():
        for code in code_texts(key):
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
    rejected = "" if default else f"{original} is not null and {text} not in ({', '.join(known)})"
    return Cast(value, original, rejected)


def _casts(mapping: EntityMapping, plan: ColumnPlan, raw: pa.Schema) -> dict[str, Cast]:
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
                casts[name] = _translated(text_of(place, field.type), spec.values[name], column)
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


def _keep_sql(mapping: EntityMapping, plan: ColumnPlan, raw: pa.Schema) -> str:
    parts = []
    for name in mapping.spec.keep:
        found = found_column(plan, name)
        if found:
            place = plan.place(found)
            parts.append(f"{quoted(name)}, {text_of(place, raw.field(place).type)}")
    return f"cast(json_object({', '.join(parts)}) as varchar)" if parts else "cast(null as varchar)"


def _rejected_sql(casts: dict[str, Cast]) -> str:
    parts = [
        f"case when {cast.rejected} then '\"{name}\":' || cast(to_json({cast.original}) as varchar) end"
        for name, cast in casts.items()
        if cast.rejected
    ]
    if not parts:
        return "cast(null as varchar)"
    return f"'{{' || nullif(concat_ws(',', {', '.join(parts)}), '') || '}}'"


def _deleted_sql(mapping: EntityMapping, plan: ColumnPlan, raw: pa.Schema) -> str:
    rule = mapping.spec.soft_delete
    if rule is None:
        return "false"
    found = found_column(plan, rule.column)
    if found is None:  # a comparison of keys reads the keys alone
        return "false"
    place = plan.place(found)
    text = f"trim({text_of(place, raw.field(place).type)})"
    if not rule.texts:
        return f"coalesce({text} <> '', false)"
    return f"coalesce({text} in ({', '.join(map(quoted, rule.texts))}), false)"


def _key_part(name: str, column: Column) -> str:
    """A part that could not be cast goes by its text, so that two such rows stay two."""
    typed = f"cast({name} as varchar)"
    if column.type == "text":
        return f"nullif({typed}, '')"  # an empty key is no key
    return f"coalesce({typed}, json_extract_string(_rejected, '$.{name}'))"


def key_sql(mapping: EntityMapping) -> str:
    """Key parts joined by '|'; a bar inside a part of several is escaped. NULL when every part is missing."""
    parts = [_key_part(name, mapping.entity.columns[name]) for name in mapping.entity.key]
    if len(parts) == 1:
        return parts[0]
    escaped = [rf"replace(replace(coalesce({part}, ''), '\', '\\'), '|', '\|')" for part in parts]
    joined = " || '|' || ".join(escaped)
    return f"case when coalesce({', '.join(parts)}) is not null then {joined} end"


def _hash_sql(mapping: EntityMapping) -> str:
    """md5 over the names, lengths and values that are there; a column without value does not count, so that
    a contract that grows a column changes no hash."""
    values = []
    for name, column in mapping.entity.columns.items():
        text = name if column.sql_type == "varchar" else f"cast({name} as varchar)"
        values.append(f"coalesce('|{name}=' || length({text}) || ':' || {text}, '')")
    values += [f"coalesce('|{name}=' || {name}, '')" for name in ("_keep", "_rejected")]
    return f"md5(concat({', '.join(values)}))"


def mapping_sql(mapping: EntityMapping, plan: ColumnPlan, raw: pa.Schema, relation: str) -> str:
    """SQL over `relation`, with parameters $load_id, $load_seq, $loaded_at."""
    entity = mapping.entity
    casts = _casts(mapping, plan, raw)
    if "currency" in casts:
        code = f"upper(trim({casts['currency'].value}))"
        default = (
            f"coalesce(nullif({code}, ''), {quoted(mapping.default_currency)})" if mapping.default_currency else code
        )
        casts["currency"] = Cast(default, casts["currency"].original, casts["currency"].rejected)
    typed = ",\n    ".join(f"{cast.value} as {name}" for name, cast in casts.items())
    credited = CREDITED if entity.entity == "erp_invoices" else ()
    positive = "document_type = 'credit_note' and gross_amount > 0"
    columns = [
        f"case when {positive} then cast(-{name} as decimal(18,4)) else {name} end as {name}"
        if name in credited
        else name
        for name in entity.columns
    ]
    own = ", ".join(entity.columns)
    updated = "updated_at" if "updated_at" in entity.columns else "cast(null as timestamp)"
    return f"""
with typed as (
  select
    {typed},
    {_keep_sql(mapping, plan, raw)} as _keep,
    {_rejected_sql(casts)} as _rejected,
    {_deleted_sql(mapping, plan, raw)} as _deleted,
    {ORIGIN} as _origin
  from {relation}
),
signed as (select {", ".join(columns)}, _keep, _rejected, _deleted, _origin from typed),
hashed as (select *, {_hash_sql(mapping)} as _row_hash from signed)
select
  {own}, {quoted(mapping.source_system)} as source_system,
  coalesce({key_sql(mapping)}, '{NO_KEY}' || _row_hash) as _key,
  _keep, _rejected, _origin, {quoted(mapping.version)} as _mapping_version,
  $load_id as _load_id, cast($load_seq as bigint) as _load_seq, cast($loaded_at as timestamp) as _loaded_at,
  case when _deleted then 'delete' else 'upsert' end as _change,
  case when _deleted then '{DELETED_HASH}' else _row_hash end as _row_hash,
  case when _deleted or {updated} is null or {updated} > cast($loaded_at as timestamp)
    then cast($loaded_at as timestamp) else {updated} end as _version_at
from hashed
"""
