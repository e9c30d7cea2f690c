"""Decides which mapped rows are new versions, in bulk: the load's rows against the newest version per key.

A table tells the present: of each key one row counts (the newest, then the last read), and a row that
differs from the log's newest version is true now, even where its `updated_at` lies before it (a restored
row must not hide behind its deletion): such a version gets the load's time. Files tell what was when they
were written: an older row that comes late joins the history and does not supersede a newer one.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion.casts import quoted
from ingestion.entities import Entity
from ingestion.mapping_sql import DELETED_HASH, NO_KEY
from ingestion.raw_schema import LOAD_COLUMNS

ROW_GROUP = 100_000


@dataclass(frozen=True)
class Comparison:
    """Counts of one load.

    Every row read is a new version or unchanged; ``repeated`` ones are unchanged because another row of their
    key counts. ``deletes`` are soft deletes among the new versions and keys that vanished from the source.
    """

    rows_read: int
    new_versions: int
    deletes: int
    rejected_rows: int
    rows_written: int
    repeated: int
    repeated_keys: tuple[str, ...]


def _files(paths: list[Path]) -> str:
    """Arguments of read_parquet. The folder load_id=… is a name, not a column."""
    return "[" + ", ".join(quoted(str(path)) for path in paths) + "], hive_partitioning = false"


def newest_versions_sql(log: list[Path], having: str = "") -> str:
    """Newest version per key of the log: _key, row_hash, change, version_at."""
    if not log:
        return (
            "select cast(null as varchar) as _key, cast(null as varchar) as row_hash, "
            "cast(null as varchar) as change, cast(null as timestamp) as version_at where false"
        )
    order = "(_version_at, _load_seq)"
    return (
        f"select _key, max_by(_row_hash, {order}) as row_hash, max_by(_change, {order}) as change, "
        f"max(_version_at) as version_at from read_parquet({_files(log)}) {having} group by _key"
    )


def _accept(connection: duckdb.DuckDBPyConnection, log: list[Path], loaded_at: datetime, is_table: bool) -> None:
    """Fills `accepted(position, version_at, change)` from `incoming`."""
    lift = "i._version_at < n.version_at" if is_table else "false"
    old = (
        ""
        if is_table or not log
        else (
            f"and not exists (select 1 from read_parquet({_files(log)}) as l "
            "where l._key = i._key and l._row_hash = i._row_hash and l._version_at = i._version_at)"
        )
    )
    connection.execute(
        f"""
        create or replace temp table accepted as
        with ranked as (
          select _key, _row_hash, _change, _version_at, _position,
            row_number() over (partition by _key order by _version_at desc, _position desc) as place
          from incoming
        ),
        present as (select * from ranked where place = 1),
        newest as ({newest_versions_sql(log, "where _key in (select _key from present)")})
        select
          i._position as position,
          i._change as change,
          case when i._change = 'delete' or {lift}
            then greatest(cast($loaded_at as timestamp), coalesce(n.version_at, i._version_at))
            else i._version_at end as version_at
        from present as i left join newest as n on n._key = i._key
        where case when i._change = 'delete' then coalesce(n.change, 'delete') <> 'delete'
          else n.row_hash is null or n.row_hash <> i._row_hash end
          {old}
        """,
        {"loaded_at": loaded_at},
    )


def _vanished(connection: duckdb.DuckDBPyConnection, log: list[Path], keys: str | None, full: bool) -> int:
    """Fills `vanished(_key, version_at)`: live keys of the log that the relation `keys` no longer has.

    A row without key goes by its content, which only a full read shows.
    """
    connection.execute("create or replace temp table vanished (_key varchar, version_at timestamp)")
    if keys and log:
        keyed = "" if full else f"and not starts_with(n._key, '{NO_KEY}')"
        connection.execute(
            f"""insert into vanished
            select n._key, n.version_at from ({newest_versions_sql(log)}) as n
            where n.change <> 'delete' {keyed} and n._key not in (select _key from {keys} where _key is not null)"""
        )
    return connection.execute("select count(*) from vanished").fetchone()[0]


def _versions_sql(entity: Entity) -> str:
    """The accepted rows; a deleted one keeps its key alone."""
    alive = "a.change = 'upsert'"
    own = [
        f'"{name}"' if name in entity.key else f'case when {alive} then "{name}" end as "{name}"'
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
        f"join read_parquet({_files(log)}) as l on l._key = v._key group by v._key, v.version_at"
    )


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
) -> Comparison:
    """Writes the new versions of the relation `incoming` to `target`, if there are any.

    Args:
        incoming_files: the files of which `incoming` consists.
        stamp: load_id, load_seq, loaded_at, source_system, mapping_version of the load.
        keys: relation with a column _key of every key the source has now; None where keys were not compared.
        full: whether `incoming` is all that the source has.
    """
    rows, keys_read, soft, rejected = connection.execute(
        "select count(*), count(distinct _key), count(*) filter (_change = 'delete'), "
        "count(*) filter (_rejected is not null) from incoming"
    ).fetchone()
    if rows and not log and keys_read == rows and not soft and len(incoming_files) == 1:
        incoming_files[0].rename(target)  # a first load without repeats is its own result
        return Comparison(rows, rows, 0, rejected, rows, 0, ())
    _accept(connection, log, stamp["loaded_at"], is_table)
    vanished = _vanished(connection, log, keys, full)
    accepted, soft = connection.execute("select count(*), count(*) filter (change = 'delete') from accepted").fetchone()
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
    return Comparison(rows, accepted, soft + vanished, rejected, written, rows - keys_read, sample)
