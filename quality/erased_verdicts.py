"""Verdicts follow row versions that were written again without a person's values: what was held back stays held back.

Verdicts on the new versions are added before these count, and those on the old ones go afterwards, so that a kill in
between releases nothing.
"""

from collections.abc import Iterable

import duckdb

from quality.atomic import replace_file
from quality.conditions import text
from quality.scratch_folder import remove_left_overs
from quality.verdicts import ensure_verdicts
from warehouse.settings import Settings

Version = tuple[str, str, str, str]  # entity, source system, key, row hash


def add_for_new(settings: Settings, pairs: Iterable[tuple[Version, Version]]) -> None:
    """Repeats the verdicts on each old version for the new one."""
    with duckdb.connect() as connection:
        _table(connection, "old", [old for old, _ in pairs])
        _table(connection, "new", [new for _, new in pairs])
        _replace(
            connection,
            settings,
            """
            select * from verdicts
            union
            select v.* replace (new.key as key, new.row_hash as row_hash)
            from verdicts as v
            join old on (old.entity, old.source_system, old.key, old.row_hash)
                = (v.entity, v.source_system, v.key, v.row_hash)
            join new on new.place = old.place
            """,
        )


def remove_old(settings: Settings, keys: Iterable[tuple[str, str, str]], present: Iterable[Version]) -> None:
    """Of these keys (entity, source system, key) removes verdicts on versions that are not ``present``, and what a
    killed gate left."""
    with duckdb.connect() as connection:
        _table(connection, "erased", [(*key, "") for key in keys])
        _table(connection, "present", list(present))
        _replace(
            connection,
            settings,
            """
            select * from verdicts as v
            where not exists (
                select 1 from erased as e
                where (e.entity, e.source_system, e.key) = (v.entity, v.source_system, v.key)
            ) or exists (
                select 1 from present as p
                where (p.entity, p.source_system, p.key, p.row_hash) = (v.entity, v.source_system, v.key, v.row_hash)
            )
            """,
        )
    remove_left_overs(settings)


def _table(connection: duckdb.DuckDBPyConnection, name: str, versions: list[Version]) -> None:
    connection.execute(
        f"create table {name} (place bigint, entity varchar, source_system varchar, key varchar, row_hash varchar)"
    )
    if versions:
        rows = [[place, *version] for place, version in enumerate(versions)]
        connection.executemany(f"insert into {name} values (?, ?, ?, ?, ?)", rows)


def _replace(connection: duckdb.DuckDBPyConnection, settings: Settings, query: str) -> None:
    path = ensure_verdicts(settings)
    connection.execute(f"create view verdicts as select * from read_parquet({text(str(path))})")
    replace_file(
        path,
        lambda target: (
            connection.execute(f"copy (select * from ({query}) order by all) to {text(str(target))} (format parquet)")
            and None
        ),
    )
