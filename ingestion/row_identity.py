"""What a row is called and how its content is recognised: key and hash, as SQL over cast columns."""

from ingestion.entities import Column, Entity
from ingestion.sources import EntityMapping


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


def hash_sql(entity: Entity) -> str:
    """64 bits of the values that are there, each bound to its column's name; a column without value does not
    count, so that a contract that grows a column changes no hash.

    A value and its name are mixed before they are combined: combining is linear, and two columns could swap values.
    """
    columns = {name: column.sql_type for name, column in entity.columns.items()}
    parts = []
    for name, kind in {**columns, "_keep": "varchar", "_rejected": "varchar"}.items():
        parts += [f"hash(hash({name}, '{name}'))", f"hash(hash(cast(null as {kind}), '{name}'))"]
    combined = "0::ubigint"
    for part in parts:
        combined = f"xor({combined}, {part})"
    return f"to_hex({combined})"
