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
    """md5 over the names and values that are there, and the lengths of texts; a column without value does not
    count, so that a contract that grows a column changes no hash."""
    parts = []
    for name, column in entity.columns.items():
        parts.append(f"if({name} is null, '', '|{name}=')")
        if column.sql_type == "varchar":
            parts += [f"strlen({name})", f"if({name} is null, '', ':')"]
        parts.append(name)  # concat leaves out NULL
    for name in ("_keep", "_rejected"):
        parts += [f"if({name} is null, '', '|{name}=')", name]
    return f"md5(concat({', '.join(parts)}))"
