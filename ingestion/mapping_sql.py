"""The one SELECT that turns a raw batch into rows of the change log.

A credit note that comes with positive gross has the amounts of its header negated here. Its lines come from
another table or file and cannot be judged here: whoever reads lines negates those of a credit note whose
net amounts sum to more than zero, so that header and lines have one sign.
"""

import pyarrow as pa

from ingestion.casts import Cast
from ingestion.column_casts import column_casts
from ingestion.column_plan import ColumnPlan, found_column
from ingestion.raw_text import quoted, text_of
from ingestion.readers.raw_arrow import ORIGIN
from ingestion.row_identity import hash_sql, key_sql
from ingestion.soft_delete import deleted_sql
from ingestion.sources import EntityMapping

CREDITED = ("net_amount", "tax_amount", "gross_amount", "ledger_net_amount", "ledger_gross_amount")
NO_KEY = "∅"  # a row without any key part: its content stands in for the key, until gate 1 has judged it
DELETED_HASH = "deleted"


def _keep_sql(mapping: EntityMapping, plan: ColumnPlan, raw: pa.Schema) -> str:
    parts = []
    for name in mapping.spec.keep:
        found = found_column(plan, name)
        if found:
            place = plan.place(found)
            parts.append(f"{quoted(name)}, {text_of(place, raw.field(place).type)}")
    return f"cast(json_object({', '.join(parts)}) as varchar)" if parts else "cast(null as varchar)"


def _rejected_sql(casts: dict[str, Cast]) -> str:
    rejected = {name: cast for name, cast in casts.items() if cast.rejected}
    if not rejected:
        return "cast(null as varchar)"
    parts = [
        f"case when {cast.rejected} then '\"{name}\":' || cast(to_json({cast.original}) as varchar) end"
        for name, cast in rejected.items()
    ]
    any_rejected = " or ".join(f"({cast.rejected})" for cast in rejected.values())  # so that good rows cost nothing
    return f"case when {any_rejected} then '{{' || concat_ws(',', {', '.join(parts)}) || '}}' end"


def _deleted_sql(mapping: EntityMapping, plan: ColumnPlan, raw: pa.Schema) -> str:
    rule = mapping.spec.soft_delete
    if rule is None:
        return "false"
    found = found_column(plan, rule.column)
    if found is None:
        return "false"
    place = plan.place(found)
    return deleted_sql(rule, place, raw.field(place).type)


def mapping_sql(mapping: EntityMapping, plan: ColumnPlan, raw: pa.Schema, relation: str) -> str:
    """SQL over `relation`, with parameters $load_id, $load_seq, $loaded_at."""
    entity = mapping.entity
    casts = column_casts(mapping, plan, raw)
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
hashed as (select *, {hash_sql(entity)} as _row_hash from signed)
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
