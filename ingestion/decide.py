"""Decides which mapped rows are new versions, in bulk: the load's rows against the newest version per key.

A table tells the present: of each key one row counts (the newest, then the last read), and a row that
differs from the log's newest version is true now, even where its `updated_at` lies before it (a restored
row must not hide behind its deletion): such a version gets the load's time. Files tell what was when they
were written: an older row that comes late joins the history and does not supersede a newer one.
"""

from datetime import datetime
from pathlib import Path

import duckdb

from ingestion.mapping_sql import NO_KEY
from ingestion.raw_text import quoted

ROWS_AT_ONCE = 400_000


def log_files(paths: list[Path]) -> str:
    """Arguments of read_parquet. The folder load_id=… is a name, not a column."""
    return "[" + ", ".join(quoted(str(path)) for path in paths) + "], hive_partitioning = false, union_by_name = true"


def newest_versions_sql(log: list[Path], condition: str = "true") -> str:
    """Newest version per key of the log: _key, row_hash, change, version_at."""
    if not log:
        return (
            "select cast(null as varchar) as _key, cast(null as varchar) as row_hash, "
            "cast(null as varchar) as change, cast(null as timestamp) as version_at where false"
        )
    order = "(_version_at, _load_seq)"
    return (
        f"select _key, max_by(_row_hash, {order}) as row_hash, max_by(_change, {order}) as change, "
        f"max(_version_at) as version_at from read_parquet({log_files(log)}) where {condition} group by _key"
    )


class Decision:
    """Fills `accepted(position, change, version_at)` and `vanished(_key, version_at)`, some keys at a time.

    The keys are dealt into parts of bounded size by their hash, so that memory stays flat whatever the
    size of the source and of the log.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, log: list[Path], rows: int) -> None:
        self._connection, self._log = connection, log
        logged = connection.execute(f"select count(*) from read_parquet({log_files(log)})").fetchone()[0] if log else 0
        self._parts = max(rows, logged) // ROWS_AT_ONCE + 1
        connection.execute("create table accepted (position bigint, change varchar, version_at timestamp)")
        connection.execute("create table vanished (_key varchar, version_at timestamp)")

    def _conditions(self) -> list[str]:
        if self._parts == 1:
            return ["true"]
        return [f"hash(_key) % {self._parts} = {part}" for part in range(self._parts)]

    def distinct_keys(self) -> int:
        counts = [f"(select count(distinct _key) from incoming where {part})" for part in self._conditions()]
        return sum(self._connection.execute(f"select {count}").fetchone()[0] for count in counts)

    def accept(self, loaded_at: datetime, is_table: bool) -> None:
        """New versions among the rows read; see the module's docstring for the rules."""
        lift = "i._version_at < n.version_at" if is_table else "false"
        known = (  # of several versions with one time the last counts: a file corrected back is new
            f"not exists (select 1 from read_parquet({log_files(self._log)}) as l "
            "where l._key = i._key and l._version_at = i._version_at "
            "having max_by(l._row_hash, l._load_seq) = i._row_hash)"
        )
        for part in self._conditions():
            narrowed = f"{part} and _key in (select _key from present)"
            self._connection.execute(
                f"""
                insert into accepted
                with ranked as (
                  select _key, _row_hash, _change, _version_at, _position,
                    row_number() over (partition by _key order by _version_at desc, _position desc) as place
                  from incoming
                  where {part}
                ),
                present as (select * from ranked where place = 1),
                newest as ({newest_versions_sql(self._log, narrowed)})
                select
                  i._position,
                  i._change,
                  case when i._change = 'delete' or {lift}
                    then greatest(cast($loaded_at as timestamp), coalesce(n.version_at, i._version_at))
                    else i._version_at end
                from present as i left join newest as n on n._key = i._key
                where case when i._change = 'delete' then coalesce(n.change, 'delete') <> 'delete'
                  else n.row_hash is null or n.row_hash <> i._row_hash end
                  and {"true" if is_table or not self._log else known}
                """,
                {"loaded_at": loaded_at},
            )

    def vanish(self, keys: str, full: bool) -> None:
        """Live keys of the log that the relation `keys` no longer has.

        A row without key goes by its content, which only a full read shows.
        """
        keyed = "true" if full else f"not starts_with(n._key, '{NO_KEY}')"
        for part in self._conditions() if self._log else []:
            self._connection.execute(
                f"""insert into vanished
                select n._key, n.version_at from ({newest_versions_sql(self._log, part)}) as n
                anti join (select _key from {keys} where {part}) as k on k._key = n._key
                where n.change <> 'delete' and {keyed}"""
            )

    def spare(self) -> None:
        """Deletes nothing of what vanished."""
        self._connection.execute("delete from vanished")

    def counts(self) -> tuple[int, int, int]:
        """(accepted, of them deletes, vanished)."""
        return self._connection.execute(
            "select (select count(*) from accepted), (select count(*) from accepted where change = 'delete'), "
            "(select count(*) from vanished)"
        ).fetchone()
