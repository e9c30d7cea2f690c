"""Writes a load's new versions, as `decide` finds them, and its counts."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.decide import ROWS_AT_ONCE, Decision, log_files, newest_versions_sql
from ingestion.entities import Entity
from ingestion.mapping_sql import DELETED_HASH
from ingestion.raw_schema import LOAD_COLUMNS
from ingestion.raw_text import quoted

ROW_GROUP = 100_000


@dataclass(frozen=True)
class Comparison:
    """Counts of one load.

    Every row read is a new version, ``unchanged`` or ``repeated``: another row of its key counts. Each of the three is
    counted by itself, so that their sum proves something. ``deletes`` are soft deletes among the new versions and keys
    that vanished from the source; ``spared`` are vanished keys that were too many to be deleted.
    """

    rows_read: int
    new_versions: int
    unchanged: int
    deletes: int
    rejected_rows: int
    rows_written: int
    repeated: int
    repeated_keys: tuple[str, ...]
    vanished: int = 0
    alive_before: int = 0
    spared: int = 0


def _versions_sql(entity: Entity) -> str:
    """The accepted rows; a deleted one keeps its key alone."""
    alive = "a.change = 'upsert'"
    own = [
        f'incoming."{name}"' if name in entity.key else f'case when {alive} then incoming."{name}" end as "{name}"'
        for name in entity.columns
    ]
    changed = {
        "_keep": f"case when {alive} then _keep end as _keep",
        "_rejected": f"case when {alive} then _rejected end as _rejected",
        "_version_at": "a.version_at as _version_at",
    }
    behind = [changed.get(name, name) for name, _ in LOAD_COLUMNS]
    return f"select {', '.join([*own, *behind])} from incoming join accepted as a on a.position = _position"


def _deletes_sql(entity: Entity, log: list[Path]) -> str:
    """Delete versions of the vanished keys, with the parameters of the load's stamp."""
    own = [
        f'max_by(l."{name}", (l._version_at, l._load_seq)) as "{name}"'
        if name in entity.key
        else f'cast(null as {column.sql_type}) as "{name}"'
        for name, column in entity.columns.items()
    ]
    behind = f"""
      $source_system as source_system, v._key as _key, cast(null as varchar) as _keep,
      cast(null as varchar) as _rejected, 'key comparison' as _origin, $mapping_version as _mapping_version,
      $load_id as _load_id, cast($load_seq as bigint) as _load_seq, cast($loaded_at as timestamp) as _loaded_at,
      'delete' as _change, '{DELETED_HASH}' as _row_hash,
      greatest(cast($loaded_at as timestamp), v.version_at) as _version_at"""
    return (
        f"select {', '.join(own)}, {behind} from vanished as v "
        f"join read_parquet({log_files(log)}) as l on l._key = v._key group by v._key, v.version_at"
    )


def _unchanged(connection: duckdb.DuckDBPyConnection, log: list[Path], rows: int) -> int:
    """Keys that bring no new version and whose content stands in the log already, or that are deleted."""
    parts, found = rows // ROWS_AT_ONCE + 1, 0
    for part in range(parts):
        narrowed = f"hash(_key) % {parts} = {part}"
        known = f"(select _key, _row_hash from read_parquet({log_files(log)}) where {narrowed})" if log else "incoming"
        found += connection.execute(
            f"""
            select count(distinct i._key) from (select * from incoming where {narrowed}) as i
            anti join (select n._key from incoming as n join accepted as c on c.position = n._position) as a
              on a._key = i._key
            where i._change = 'delete' or ({bool(log)} and exists (
              select 1 from {known} as l where l._key = i._key and l._row_hash = i._row_hash))
            """
        ).fetchone()[0]
    return found


def _alive(connection: duckdb.DuckDBPyConnection, log: list[Path]) -> int:
    """Keys that the log holds alive before this load."""
    parts, alive = _parts_of(connection, log), 0
    for part in range(parts):
        newest = newest_versions_sql(log, f"hash(_key) % {parts} = {part}")
        alive += connection.execute(f"select count(*) from ({newest}) where change <> 'delete'").fetchone()[0]
    return alive


def _parts_of(connection: duckdb.DuckDBPyConnection, log: list[Path]) -> int:
    (rows,) = connection.execute(f"select count(*) from read_parquet({log_files(log)})").fetchone()
    return rows // ROWS_AT_ONCE + 1


def compare(
    connection: duckdb.DuckDBPyConnection,
    entity: Entity,
    log: list[Path],
    incoming_files: list[Path],
    target: Path,
    stamp: dict[str, object],
    *,
    is_table: bool,
    keys: str | None,
    full: bool,
    most_deleted: float | None = None,
) -> Comparison:
    """Writes the new versions of the relation `incoming` to `target`, if there are any.

    Args:
        incoming_files: the files of which `incoming` consists.
        stamp: load_id, load_seq, loaded_at, source_system, mapping_version of the load.
        keys: relation with a column _key of every key the source has now; None where keys were not compared.
        full: whether `incoming` is all that the source has.
        most_deleted: the share of the keys alive above which none of the vanished is deleted.
    """
    rows, soft, rejected = connection.execute(
        "select count(*), count(*) filter (_change = 'delete'), count(*) filter (_rejected is not null) from incoming"
    ).fetchone()
    if not rows and not keys:
        return Comparison(0, 0, 0, 0, 0, 0, 0, ())
    decision = Decision(connection, log, rows)
    keys_read = decision.distinct_keys()
    if rows and not log and keys_read == rows and not soft and len(incoming_files) == 1:
        incoming_files[0].rename(target)  # a first load without repeats is its own result
        return Comparison(rows, rows, 0, 0, rejected, rows, 0, ())
    decision.accept(stamp["loaded_at"], is_table)
    if keys:
        decision.vanish(keys, full)
    accepted, soft, vanished = decision.counts()
    alive, spared = (_alive(connection, log) if vanished else 0), 0
    if most_deleted is not None and vanished > most_deleted * alive:
        decision.spare()
        vanished, spared = 0, vanished
    if accepted or vanished:
        parts = [_versions_sql(entity)] + ([_deletes_sql(entity, log)] if vanished else [])
        connection.execute(
            f"copy ({' union all '.join(parts)}) to {quoted(str(target))} "
            f"(format parquet, compression zstd, row_group_size {ROW_GROUP})",
            stamp if vanished else None,
        )
    sample: tuple[str, ...] = ()
    if rows > keys_read:
        found = connection.execute("select _key from incoming group by _key having count(*) > 1 order by 1 limit 5")
        sample = tuple(key for (key,) in found.fetchall())
    written = accepted + vanished
    unchanged = _unchanged(connection, log, max(rows, keys_read))
    return Comparison(
        rows, accepted, unchanged, soft + vanished, rejected, written, rows - keys_read, sample, vanished, alive, spared
    )
