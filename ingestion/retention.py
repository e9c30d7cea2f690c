"""Which versions are past their time, where a source file says `keep_history`.

A version may go when a newer one, which is not held back, was known before the horizon: then no question about any
moment since the horizon can need it. So the newest version of a key, the newest valid one, and what stood on any
day since the horizon stay, whatever their age.
"""

from pathlib import Path

from ingestion.decide import log_files
from ingestion.raw_text import quoted


def expired_sql(entity: str, source_system: str, log: list[Path], verdicts: Path | None) -> str:
    """Query of (_key, _load_seq) that may be dropped, with the parameter $horizon; `verdicts` is gate 1's file."""
    held = (
        f"select distinct key as _key, row_hash as _row_hash from read_parquet({quoted(str(verdicts))}) "
        f"where entity = {quoted(entity)} and source_system = {quoted(source_system)} and severity = 'critical'"
        if verdicts
        else "select cast(null as varchar) as _key, cast(null as varchar) as _row_hash where false"
    )
    return f"""
        with held as ({held}),
        versions as (
            select l._key, l._load_seq, l._version_at, l._row_hash,
                h._key is null and l._loaded_at <= cast($horizon as timestamp) as was_known_and_valid
            from read_parquet({log_files(log)}) as l
            left join held as h on h._key = l._key and h._row_hash = l._row_hash
        )
        select _key, _load_seq from (
            select *, bool_or(was_known_and_valid) over (
                partition by _key order by _version_at desc, _load_seq desc, _row_hash
                rows between unbounded preceding and 1 preceding
            ) as was_superseded
            from versions
        ) where was_superseded"""
