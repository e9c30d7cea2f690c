"""One entity-load: read what is new, map it, compare it with the log, and commit what differs."""

import os
import shutil
from pathlib import Path

import duckdb

from ingestion.change_log import ChangeLog
from ingestion.column_plan import ColumnPlan, plan_columns
from ingestion.compare import Comparison, compare
from ingestion.incoming import forget_incoming, incoming_relation, read_incoming
from ingestion.key_comparison import collect_keys
from ingestion.load_findings import LoadFindings
from ingestion.log_files import sha256_of, sync_folder
from ingestion.mapper import Mapper
from ingestion.run_stamp import RunStamp, now
from ingestion.soft_delete import soft_delete_findings
from ingestion.source_drift import drift_findings, mapped_columns_changed
from ingestion.sources import EntityMapping, Source
from warehouse.raw_manifest import LoadRecord, RawFile, SourceState

ENGINE: dict[str, str | int] = {"memory_limit": "400MB", "threads": 2}  # of one source; sources run in parallel
DAYS_BETWEEN_KEY_COMPARES = {"every_load": 0, "daily": 1, "weekly": 7}


class EntityLoad:
    """One entity of one source in one run."""

    def __init__(self, source: Source, mapping: EntityMapping, log: ChangeLog, run: RunStamp) -> None:
        self.source, self.mapping, self.log, self.run = source, mapping, log, run
        self.entity = mapping.entity.entity
        self.state = log.state_of(source.source_system, self.entity)
        load_seq = log.next_load_seq()
        cursor = self.state.cursor_value if self.state else None
        self.record = LoadRecord(
            load_id=f"{load_seq:06d}-{run.loaded_at:%Y%m%d}",
            load_seq=load_seq,
            run_id=run.run_id,
            source_system=source.source_system,
            kind=source.kind,
            entity=self.entity,
            started_at=now(),
            finished_at=now(),
            loaded_at=run.loaded_at,
            cursor_before=cursor,
            cursor_after=cursor,
            mapping_version=mapping.version,
        )
        self.findings = LoadFindings(mapping, self.record)
        self.folder = log.raw / self.entity / source.source_system / f"load_id={self.record.load_id}"

    def run_load(self, reader) -> LoadRecord:
        """Reads, maps, compares, commits. Raises what goes wrong, and leaves nothing behind then."""
        scratch = self.folder / "scratch"
        committed = False
        try:
            scratch.mkdir(parents=True, exist_ok=True)
            record = self._load(reader, scratch)
            committed = record.status == "loaded"
            return record
        finally:
            shutil.rmtree(scratch if committed else self.folder, ignore_errors=True)

    def whole(self, reader) -> bool:
        """Whether everything is read: nothing known yet, another mapping, no way to read less, or so ordered."""
        state = self.state
        if self.run.full or state is None or state.mapping_version != self.mapping.version:
            return True
        return not reader.reads_changes(self.mapping, state)

    def keys_due(self, reader, whole: bool) -> bool:
        """Whether keys are compared now. A full read compares them at no cost, unless told never to."""
        policy = self.mapping.spec.key_compare or reader.default_key_compare(self.mapping)
        if policy == "never" or self.state is None:
            return False
        due = self.run.days_since(self.state.last_key_compare) >= DAYS_BETWEEN_KEY_COMPARES[policy]
        return whole or due or self.run.period is not None

    def _load(self, reader, scratch: Path) -> LoadRecord:
        mapping, record = self.mapping, self.record
        found = reader.columns(mapping)
        plan = plan_columns(mapping, found.scales, reader.origin(mapping))
        record.findings += plan.findings + drift_findings(self.source, mapping, self.state, found.types)
        record.findings += soft_delete_findings(mapping.spec.soft_delete, found.types, mapping.where_said)
        whole = self.whole(reader)
        if not reader.is_folder:  # each file has columns of its own
            whole = whole or mapped_columns_changed(mapping, self.state, found.types)
        log = self.log.paths_of(self.entity, self.source.source_system)
        target = self.folder / "part-0.parquet"
        erased = self.run.erased.get((self.source.source_system, self.entity), {})
        with duckdb.connect(config={**ENGINE, "temp_directory": str(scratch)}) as connection:

            def new_mapper(columns: ColumnPlan) -> Mapper:
                stamp = (record.load_id, record.load_seq, record.loaded_at)
                return Mapper(connection, mapping, columns, *stamp, erased)

            mapper = new_mapper(plan)
            since = reader.since(mapping, self.state, whole)
            if self.run.period is not None and not whole:
                since = reader.since_period(mapping, plan, self.run.period)
                whole = since is None

            def read(low: object | None) -> tuple[list[Path], bool]:
                if low is None:
                    record.cursor_after = None  # it may be written in another way now
                files, count = read_incoming(reader, mapping, plan, mapper, low, record, scratch)
                found = bool(files)
                incoming_relation(connection, mapper, files, scratch, count)
                return files, found

            files, found_any = read(since)
            state_files = dict(reader.files)
            keys = None
            if self.keys_due(reader, whole) and log and (found_any or not reader.is_folder):
                keys = "incoming" if whole else collect_keys(connection, reader, mapping, plan, new_mapper)
                if not whole and self.run.period is None and self.findings.missed(connection, log):
                    whole, since, keys = True, None, "incoming"
                    forget_incoming(connection)
                    files, _ = read(since)
                keys = self.findings.guarded(connection, keys, reader)
            self.findings.judge_cursor()
            if self.run.period is not None and self.state is not None:
                record.cursor_after = record.cursor_before  # what changed outside the period is still to be read
            self.findings.reconcile(connection, reader, plan, since)
            connection.execute("set preserve_insertion_order = false")
            present = reader.tells_present(mapping)
            stamp = self._stamp()
            result = compare(
                connection, mapping.entity, log, files, target, stamp,
                is_table=present, keys=keys, full=whole, most_deleted=mapping.spec.most_deleted,
            )  # fmt: skip
        compared = keys is not None and not result.spared and self.run.period is None
        return self._finish(result, target, self._next_state(found.types, compared, state_files))

    def _stamp(self) -> dict[str, object]:
        return {
            "load_id": self.record.load_id,
            "load_seq": self.record.load_seq,
            "loaded_at": self.run.loaded_at,
            "source_system": self.source.source_system,
            "mapping_version": self.mapping.version,
        }

    def _next_state(self, types: dict[str, str], compared: bool, files: dict) -> SourceState:
        before = self.state or SourceState(last_key_compare=self.run.loaded_at)
        return SourceState(
            cursor_value=self.record.cursor_after,
            mapping_version=self.mapping.version,
            last_key_compare=self.run.loaded_at if compared else before.last_key_compare,
            last_read=self.run.loaded_at,
            source_columns=types,
            files=files,
        )

    def _finish(self, result: Comparison, target: Path, state: SourceState) -> LoadRecord:
        record = self.record
        record.rows_read = result.rows_read + record.rejected_lines
        record.new_versions = result.new_versions
        record.unchanged = result.unchanged + result.repeated
        record.rejected_rows, record.deletes = result.rejected_rows, result.deletes
        record.status = "loaded" if result.rows_written else "unchanged"
        record.finished_at = now()
        self.findings.tell_deletions(result)
        if result.repeated:
            record.findings.append(
                f"{self.mapping.where_said}: {result.repeated} rows repeat the key of another row of the load and the "
                f"newest counts, such as {', '.join(result.repeated_keys)}"
            )
        self.log.commit(record, state, self._seal(target, result.rows_written) if result.rows_written else None)
        return record

    def _seal(self, target: Path, rows: int) -> RawFile:
        """Makes the file durable before any manifest may name it."""
        with target.open("rb") as stream:
            os.fsync(stream.fileno())
        for folder in (self.folder, self.folder.parent, self.folder.parent.parent):
            sync_folder(folder)
        self.record.bytes = target.stat().st_size
        return RawFile(
            entity=self.entity,
            source_system=self.source.source_system,
            load_id=self.record.load_id,
            load_seq=self.record.load_seq,
            path=str(target.relative_to(self.log.raw)),
            rows=rows,
            bytes=self.record.bytes,
            sha256=sha256_of(target),
            loaded_at=self.run.loaded_at,
        )
