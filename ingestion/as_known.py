"""The change log as it was known at the end of a day: a manifest of its own over the same immutable files.

What was loaded later is not in it. A source's first load brought its past: before that load its rows count as
known from their event date on, a row without one from its parent's, and a row without either from ever. So does a row
whose date cannot be: gate 1 holds it back on that day as it does today, and the ledger knows it.
"""

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from ingestion.change_log import ensure_empty_files
from ingestion.entities import Entity, load_contract
from ingestion.log_files import sha256_of, write_manifest
from warehouse.errors import CmwError
from warehouse.raw_manifest import LoadRecord, RawFile, RawManifest, read_manifest
from warehouse.settings import Settings

# Rows that have no date of their own are known with the row that they belong to: entity -> its parent and the column.
PARENTS = {"erp_invoice_lines": ("erp_invoices", "invoice_id"), "erp_order_lines": ("erp_orders", "order_id")}
# What has happened is dated no further ahead of its load; gate 1 says the same of documents (quality/rules/raw).
DAYS_AHEAD = 31
FirstLoads = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Moment:
    """The end of a business day, ``until`` in UTC."""

    day: date
    until: datetime


def write_log_as_known(settings: Settings, replay: Settings, moment: Moment) -> RawManifest:
    """Writes ``replay.raw``: whole files by reference, a first load of later as a copy of its known rows.

    Raises CmwError when nothing was known on that day.
    """
    log = read_manifest(settings)
    _refuse_day_before_the_data(settings, log, moment)
    first = _first_loads(log)
    kept = ensure_empty_files(replay).files
    ordered = sorted(log.files_of_all(), key=lambda file: (file.entity in PARENTS, file.load_seq))
    with duckdb.connect() as connection:
        for file in ordered:
            number = first[file.source_system, file.entity]
            if file.loaded_at <= moment.until:
                kept.append(file.model_copy(update={"path": os.path.relpath(settings.raw / file.path, replay.raw)}))
            elif number in file.load_seqs or (file.first_loaded_at or file.loaded_at) <= moment.until:
                condition = _condition(load_contract()[file.entity], replay, number, kept, moment)
                if copy := _known_rows(connection, settings, replay, file, condition):
                    kept.append(copy)
        loads = [
            load if load.loaded_at <= moment.until else _as_far_as_known(connection, replay, load, kept)
            for load in log.loads
            if load.loaded_at <= moment.until or load.load_seq == first.get((load.source_system, load.entity))
        ]
    numbers = [*(file.load_seq for file in kept), *(load.load_seq for load in loads)]
    known = RawManifest(load_seq=max(numbers), files=kept, sources=log.sources, loads=loads)
    write_manifest(replay, known)
    return known


def _as_far_as_known(
    connection: duckdb.DuckDBPyConnection, replay: Settings, load: LoadRecord, kept: list[RawFile]
) -> LoadRecord:
    """The record of a first load of later, of its known rows alone: the source never counted those."""
    files = [
        _text(replay.raw / file.path)
        for file in kept
        if (file.source_system, file.entity) == (load.source_system, load.entity) and load.load_seq in file.load_seqs
    ]
    rows, deletes = 0, 0
    if files:
        rows, deletes = connection.execute(
            f"""select count(*), count(*) filter (_change = 'delete')
            from read_parquet([{", ".join(files)}], hive_partitioning = false) where _load_seq = {load.load_seq}"""
        ).fetchone()
    known = {"rows_read": rows, "new_versions": rows, "deletes": deletes}
    return load.model_copy(
        update={**known, "unchanged": 0, "rejected_lines": 0, "source_rows": None, "control_sums": {}}
    )


def known_keys(replay: Settings, entities: tuple[str, ...]) -> set[tuple[str, str, str]]:
    """(source system, entity, key) of every record that the log of ``replay`` holds of these entities."""
    found: set[tuple[str, str, str]] = set()
    manifest = read_manifest(replay)
    for entity in entities:
        paths = [str(replay.raw / file.path) for file in manifest.files_of(entity)]
        if paths:
            with duckdb.connect() as connection:
                rows = connection.execute(
                    "select distinct source_system, _key from read_parquet($paths, hive_partitioning = false)",
                    {"paths": paths},
                ).fetchall()
            found |= {(system, entity, key) for system, key in rows}
    return found


def _first_loads(log: RawManifest) -> FirstLoads:
    """Number of the first load of each source's entity, whether it brought rows or none."""
    first: FirstLoads = {}
    worked = [load for load in log.loads if load.status != "failed"]
    for one in [*worked, *log.files_of_all()]:
        key = (one.source_system, one.entity)
        first[key] = min(first.get(key, one.load_seq), one.load_seq)
    return first


def _known_rows(
    connection: duckdb.DuckDBPyConnection, settings: Settings, replay: Settings, file: RawFile, condition: str
) -> RawFile | None:
    """A copy of the file with the rows known; None when there are none."""
    target = replay.raw / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy (select * from read_parquet({_text(settings.raw / file.path)}, hive_partitioning = false) as log"
        f" where {condition}) to {_text(target)} (format parquet)"
    )
    rows = connection.execute(f"select count(*) from read_parquet({_text(target)})").fetchone()[0]
    if not rows:
        target.unlink()
        return None
    return file.model_copy(update={"rows": rows, "bytes": target.stat().st_size, "sha256": sha256_of(target)})


def _condition(entity: Entity, replay: Settings, first_load: int, kept: list[RawFile], moment: Moment) -> str:
    """SQL: whether a row was loaded by then, or is of the first load and counts as known."""
    by_date = "true"
    if entity.entity in PARENTS:
        parent, column = PARENTS[entity.entity]
        listed = ", ".join(_text(replay.raw / one.path) for one in kept if one.entity == parent)
        known = f"select source_system, {column} from read_parquet([{listed}], hive_partitioning = false)"
        by_date = f"(log.source_system, log.{column}) in ({known})"
    elif entity.event_date:
        is_day = entity.columns[entity.event_date].type == "date"
        limit = f"date '{moment.day}'" if is_day else f"timestamp '{moment.until}'"
        cannot_be = f"log.{entity.event_date}::date > log._loaded_at::date + {DAYS_AHEAD}"
        by_date = f"coalesce(log.{entity.event_date} <= {limit}{'' if entity.is_planned else f' or {cannot_be}'}, true)"
    return f"log._loaded_at <= timestamp '{moment.until}' or (log._load_seq = {first_load} and {by_date})"


def _refuse_day_before_the_data(settings: Settings, log: RawManifest, moment: Moment) -> None:
    """A few wrong dates of long ago do not make data: an entity begins where a hundredth of its rows lie behind."""
    if any((file.first_loaded_at or file.loaded_at) <= moment.until for file in log.files_of_all()):
        return
    days = []
    with duckdb.connect() as connection:
        for file in log.files_of_all():
            if column := load_contract()[file.entity].event_date:
                query = f"quantile_disc({column}::date, 0.01) from read_parquet({_text(settings.raw / file.path)})"
                days += [day for (day,) in connection.execute(f"select {query}").fetchall() if day]
    if not days:
        raise CmwError("Nothing has been loaded yet", "Run `cmw run` first")
    if moment.day < min(days):
        raise CmwError(
            f"Nothing was known on {moment.day}: the data begin on {min(days)}", "Choose a later day for --as-of"
        )


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
