"""Erases rows' personal columns from the change log: every version, in every file, also in those superseded.

First all files are written again beside the old ones; then one replacement of the manifest makes them count; then the
old ones go. A kill at any moment leaves the old log or the new one, and the next run removes what neither names.
"""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import duckdb

from ingestion.blank_rows import blanked_sql, digest_sql
from ingestion.decide import log_files
from ingestion.entities import load_contract
from ingestion.log_files import sha256_of, sync_folder, write_manifest
from ingestion.raw_text import quoted
from warehouse.erased_texts import as_written, without
from warehouse.erasures import Erased
from warehouse.raw_manifest import RawFile, read_manifest
from warehouse.settings import Settings

ENGINE: dict[str, str | int] = {"memory_limit": "400MB", "threads": 2}


Version = tuple[str, str, str, str]  # entity, source system, key, row hash; verdicts go by it


@dataclass
class Erasure:
    """Files written again but not yet counting: old path to new file. ``versions`` are those that lose something,
    and ``pairs`` says what each was and what it is now."""

    replaced: dict[str, RawFile] = field(default_factory=dict)
    pairs: set[tuple[Version, Version]] = field(default_factory=set)
    versions: int = 0


def write_blank(settings: Settings, rows: Erased) -> Erasure:
    """Writes every file that says something of the rows again, without it. Call it with both locks held."""
    erasure = Erasure()
    with duckdb.connect(config=ENGINE) as connection:
        for file in _files_with(connection, settings, rows):
            _write_one(connection, settings, file, erasure)
    return erasure


def versions_of(settings: Settings, rows: Erased) -> set[Version]:
    """All versions of the rows that the log has now."""
    found: set[Version] = set()
    with duckdb.connect(config=ENGINE) as connection:
        for file in _files_with(connection, settings, rows):
            _mark(connection, settings, file)
            query = "select distinct _key, _row_hash from marked where _erase"
            found |= {(file.entity, file.source_system, *one) for one in connection.execute(query).fetchall()}
    return found


def _files_with(connection: duckdb.DuckDBPyConnection, settings: Settings, rows: Erased) -> Iterator[RawFile]:
    """Files that may hold versions of the rows; the table `wanted` has the digests of the file's own entity."""
    connection.execute("create table wanted (digest varchar, with_name boolean)")
    for file in read_manifest(settings).files_of_all():
        if named := rows.get((file.source_system, file.entity)):
            connection.execute("delete from wanted")
            connection.executemany("insert into wanted values (?, ?)", [list(row) for row in named.items()])
            yield file


def _mark(connection: duckdb.DuckDBPyConnection, settings: Settings, file: RawFile) -> None:
    """The file's rows as the view `marked`, with the flags that `blanked_sql` goes by."""
    digest = digest_sql(load_contract()[file.entity])
    connection.execute(
        f"""create or replace view marked as
        select *, {digest} in (select digest from wanted) as _erase,
          {digest} in (select digest from wanted where with_name) as _with_name
        from read_parquet({log_files([settings.raw / file.path])})"""
    )


def _write_one(connection: duckdb.DuckDBPyConnection, settings: Settings, file: RawFile, erasure: Erasure) -> None:
    entity = load_contract()[file.entity]
    _mark(connection, settings, file)
    changed = connection.execute(
        f"""select _old_key, _old_hash, _key, _row_hash from ({blanked_sql(entity, "marked", with_old=True)})
        where _old_hash <> _row_hash"""
    ).fetchall()
    if not changed:
        return
    path = settings.raw / file.entity / file.source_system / f"load_id={file.load_id}-{secrets.token_hex(4)}"
    path = path / "part-0.parquet"
    path.parent.mkdir(parents=True)
    connection.execute(
        f"copy ({blanked_sql(entity, 'marked')}) to {quoted(str(path))} "
        "(format parquet, compression zstd, row_group_size 100000)"
    )
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
    for folder in (path.parent, path.parent.parent):
        sync_folder(folder)
    told = {"path": str(path.relative_to(settings.raw)), "bytes": path.stat().st_size, "sha256": sha256_of(path)}
    erasure.replaced[file.path] = file.model_copy(update=told)
    whose = (file.entity, file.source_system)
    erasure.pairs |= {((*whose, *one[:2]), (*whose, *one[2:])) for one in changed}
    erasure.versions += len(changed)


def commit(settings: Settings, erasure: Erasure, rows: Erased, values: Iterable[str]) -> None:
    """Makes the new files count, and removes the old ones with whatever was superseded of the same entities."""
    manifest = read_manifest(settings)
    values = as_written(values)
    ours = {f"{entity}/{source_system}/" for source_system, entity in rows}
    gone = [file.path for file in manifest.superseded if file.path.startswith(tuple(ours))]
    for load in manifest.loads:
        load.error = without(load.error, values)
        load.findings = [without(finding, values) for finding in load.findings]
    manifest.files = [erasure.replaced.get(file.path, file) for file in manifest.files]
    manifest.superseded = [file for file in manifest.superseded if file.path not in gone]
    write_manifest(settings, manifest)
    for path in [*erasure.replaced, *gone]:
        shutil.rmtree((settings.raw / path).parent, ignore_errors=True)
