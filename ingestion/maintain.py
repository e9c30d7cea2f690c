"""Maintenance of the change log: small files are merged, and versions past their time are dropped.

Every answer stays the same: a merged file has the rows of its loads, each with its own load number and time. The
first load of an entity stays by itself, because replays tell it from later ones. What is superseded is not
removed at once, so that whoever is reading need not know; a kill at any moment leaves the old or the new file.
"""

import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import duckdb

from ingestion.change_log import ChangeLog
from ingestion.decide import log_files
from ingestion.extract_lock import extraction_lock
from ingestion.log_files import sha256_of, sync_folder
from ingestion.raw_text import quoted
from ingestion.retention import expired_sql
from ingestion.sources import Source, load_sources
from warehouse.clock import load_time
from warehouse.company import Company
from warehouse.raw_manifest import RawFile
from warehouse.settings import Settings

SMALL_BYTES = 16 << 20
MERGED_BYTES = 128 << 20
FILES_IN_A_RUN = 32  # fewer small files are not worth a run's time
EXPIRED_SHARE = 0.05  # of a file's rows; fewer are not worth writing it again
Key = tuple[str, str]  # entity and source system
ENGINE: dict[str, str | int] = {"memory_limit": "400MB", "threads": 2}


@dataclass(frozen=True)
class Maintained:
    """What became of one entity of one source."""

    source_system: str
    entity: str
    files_before: int
    files_after: int
    rows_dropped: int
    bytes_before: int
    bytes_after: int


@dataclass(frozen=True)
class Maintenance:
    """How the log of one company is maintained: what was superseded before its `horizon` may go."""

    settings: Settings
    log: ChangeLog
    horizons: dict[Key, datetime]
    at_least: int

    def maintain(self, only: set[Key] | None = None) -> list[Maintained]:
        """Goes through the log entity by entity; `only` limits it to some (entity, source system)."""
        done = []
        files = sorted(self.log.files(), key=lambda file: (file.entity, file.source_system, file.load_seq))
        for key, of_key in groupby(files, key=lambda file: (file.entity, file.source_system)):
            if only is None or key in only:
                done += self._one(key, list(of_key))
        return done

    def _one(self, key: Key, files: list[RawFile]) -> list[Maintained]:
        if key not in self.horizons and len(files) <= self.at_least:
            return []
        folder = self.settings.raw / key[0] / key[1] / f"load_id=maintenance-{secrets.token_hex(4)}"
        try:
            with duckdb.connect(config={**ENGINE, "temp_directory": str(folder / "scratch")}) as connection:
                expired = self._expired(connection, key, files)
                written = []
                for group in groups(files, self.at_least):
                    if len(group) > 1 or expired.get(group[0].path, 0) > EXPIRED_SHARE * group[0].rows:
                        written.append((group, self._rewrite(connection, group, bool(expired))))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        old, new = [file for group, _ in written for file in group], [file for _, file in written]
        told = Maintained(
            source_system=key[1],
            entity=key[0],
            files_before=len(files),
            files_after=len(files) - len(old) + len(new),
            rows_dropped=sum(file.rows for file in old) - sum(file.rows for file in new),
            bytes_before=sum(file.bytes for file in files),
            bytes_after=sum(file.bytes for file in [*files, *new]) - sum(file.bytes for file in old),
        )
        return [told] if written else []

    def _expired(self, connection: duckdb.DuckDBPyConnection, key: Key, files: list[RawFile]) -> dict[str, int]:
        """Path -> rows past their time; fills the table `expired`. Empty where nothing expires."""
        if key not in self.horizons:
            return {}
        paths = [self.settings.raw / file.path for file in files]
        verdicts = self.settings.verdicts / "verdicts.parquet"
        query = expired_sql(*key, paths, verdicts if verdicts.exists() else None)
        connection.execute(f"create table expired as {query}", {"horizon": self.horizons[key]})
        counts = dict(connection.execute("select _load_seq, count(*) from expired group by _load_seq").fetchall())
        told = {file.path: sum(counts.get(number, 0) for number in file.load_seqs) for file in files}
        return {path: rows for path, rows in told.items() if rows}

    def _rewrite(self, connection: duckdb.DuckDBPyConnection, group: list[RawFile], drops: bool) -> RawFile:
        """Writes the group as one file, makes it durable, and puts it into the manifest in their place."""
        first, last = group[0], group[-1]
        load_id = f"{first.load_seqs[0]:06d}-{last.load_seq:06d}-{secrets.token_hex(4)}"
        path = self.settings.raw / last.entity / last.source_system / f"load_id={load_id}" / "part-0.parquet"
        path.parent.mkdir(parents=True)
        source = f"read_parquet({log_files([self.settings.raw / file.path for file in group])})"
        condition = "where (_key, _load_seq) not in (select (_key, _load_seq) from expired)" if drops else ""
        connection.execute(
            f"copy (select * from {source} {condition}) to {quoted(str(path))} "
            "(format parquet, compression zstd, row_group_size 100000)"
        )
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
        for folder in (path.parent, path.parent.parent):
            sync_folder(folder)
        rows = connection.execute(f"select count(*) from read_parquet({log_files([path])})").fetchone()[0]
        merged = {"first_load_seq": first.load_seqs[0], "first_loaded_at": first.first_loaded_at or first.loaded_at}
        file = last.model_copy(
            update={
                **(merged if len(group) > 1 or first.first_load_seq else {}),
                "load_id": load_id if len(group) > 1 else last.load_id,
                "path": str(path.relative_to(self.settings.raw)),
                "rows": rows,
                "bytes": path.stat().st_size,
                "sha256": sha256_of(path),
            }
        )
        self.log.replace(group, file)
        return file


def groups(files: list[RawFile], at_least: int) -> list[list[RawFile]]:
    """Files of one entity and source, in load order, as they are to stand together; most stay alone."""
    result: list[list[RawFile]] = [[file] for file in files[:1]]
    together: list[RawFile] = []

    def close() -> None:
        result.extend([list(together)] if len(together) >= max(at_least, 2) else [[file] for file in together])
        together.clear()

    for file in files[1:]:
        if file.bytes >= SMALL_BYTES or sum(one.bytes for one in together) >= MERGED_BYTES:
            close()
        if file.bytes >= SMALL_BYTES:
            result.append([file])
        else:
            together.append(file)
    close()
    return result


def maintenance(
    settings: Settings, sources: list[Source], log: ChangeLog, moment: datetime, at_least: int
) -> Maintenance:
    """What the source files say about keeping history, as of a moment of the business clock."""
    horizons = {
        (mapping.entity.entity, source.source_system): moment - mapping.spec.keep_history
        for source in sources
        for mapping in source.mappings
        if mapping.spec.keep_history is not None
    }
    return Maintenance(settings, log, horizons, at_least)


def maintain(settings: Settings, company: Company) -> list[Maintained]:
    """Merges all small files, drops what is past its time, removes what was superseded long ago.

    Raises CmwError while an extraction is at work.
    """
    with extraction_lock(settings, 0, lambda *_: None):
        sources, moment = load_sources(settings, company), load_time(settings, company)
        return maintenance(settings, sources, ChangeLog(settings), moment, at_least=2).maintain()
