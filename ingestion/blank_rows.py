"""Rows without what tells of a person: their personal columns are empty, and their hash is that of what is left.

Keys, dates, codes and money stay, so that every count and every sum stays what it was.
"""

from collections.abc import Mapping

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.entities import Column, Entity
from ingestion.mapping_sql import DELETED_HASH, NO_KEY
from ingestion.raw_schema import LOAD_COLUMNS, raw_schema
from ingestion.raw_text import quoted
from ingestion.row_identity import hash_sql
from warehouse.erasures import SEPARATOR

MARK = "erased"  # stands before eight signs of the key's digest, where a name is required


def digest_sql(entity: Entity) -> str:
    """The digest of a row's key, as warehouse.erasures computes it."""
    separator = f"chr({ord(SEPARATOR)})"
    return f"sha256(source_system || {separator} || {quoted(entity.entity)} || {separator} || _key)"


def blanked_sql(entity: Entity, relation: str, with_old: bool = False) -> str:
    """Query of all rows of `relation`, a change-log relation with two flags more, in its order and schema.

    Where `_erase` holds a row is blank; where `_with_name` holds too, also of what only tells of a private person.
    `with_old` adds the columns _old_key and _old_hash.
    """
    own = ",\n      ".join(_blank(entity, name, column) for name, column in entity.columns.items())
    kept = ", ".join(name for name, _ in LOAD_COLUMNS if name not in ("_keep", "_rejected", "_row_hash"))
    names = ", ".join(f'"{name}"' for name in entity.columns)
    key = f"if(_erase and starts_with(_key, {quoted(NO_KEY)}), {quoted(NO_KEY)} || _new_hash, _key) as _key"
    behind = [{"_key": key, "_row_hash": "_new_hash as _row_hash"}.get(name, name) for name, _ in LOAD_COLUMNS]
    return f"""
    with blank as (
      select {own},
        if(_erase, null, _keep) as _keep,
        {_blank_rejected()} as _rejected,
        _row_hash as _old_hash, _erase, {kept}
      from {relation}
    ),
    hashed as (
      select *, if(_erase and _old_hash <> {quoted(DELETED_HASH)}, {hash_sql(entity)}, _old_hash) as _new_hash
      from blank
    )
    select {names}, {", ".join(behind)} {", hashed._key as _old_key, _old_hash" if with_old else ""} from hashed"""


def _blank(entity: Entity, name: str, column: Column) -> str:
    if name in entity.key or not (column.personal or column.private):
        return f'"{name}"'
    condition = "_erase" if column.personal else "_erase and _with_name"
    blank = f"'{MARK} ' || left({digest_sql(entity)}, 8)" if column.required else "null"
    return f'if({condition} and "{name}" is not null, {blank}, "{name}") as "{name}"'


def _blank_rejected() -> str:
    """Which values could not be read stays known, so that the row stays held back; what they were does not."""
    listed = f"list_transform(json_keys(_rejected), lambda one: to_json(one) || ':\"{MARK}\"')"
    return f"if(_erase and _rejected is not null, '{{' || array_to_string({listed}, ',') || '}}', _rejected)"


def leave_blank(
    connection: duckdb.DuckDBPyConnection, entity: Entity, rows: pa.Table, erased: Mapping[str, bool]
) -> pa.Table:
    """Mapped rows as they may be kept: those whose digest is in `erased` blank, the others as they came."""
    digests = _query(connection, f"select {digest_sql(entity)} as digest from given", rows)["digest"]
    erase = pc.is_in(digests, pa.array(list(erased), pa.string()))
    if not pc.any(erase).as_py():
        return rows
    named = pc.is_in(digests, pa.array([digest for digest, with_name in erased.items() if with_name], pa.string()))
    marked = rows.append_column("_erase", erase).append_column("_with_name", named)
    return _query(connection, blanked_sql(entity, "given"), marked).cast(raw_schema(entity))


def _query(connection: duckdb.DuckDBPyConnection, sql: str, rows: pa.Table) -> pa.Table:
    connection.register("given", rows)
    try:
        return connection.execute(sql).to_arrow_table()
    finally:
        connection.unregister("given")
