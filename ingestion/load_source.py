"""All entities of one source, one after the other in one snapshot. A failing entity does not stop the next."""

import time
from collections.abc import Callable

from ingestion.change_log import ChangeLog
from ingestion.failures import as_error, is_lost_connection
from ingestion.load_entity import EntityLoad
from ingestion.readers.choose import Reader, reader_for
from ingestion.readers.folder import FolderReader
from ingestion.run_stamp import RunStamp, now
from ingestion.sources import EntityMapping, Source
from warehouse.errors import CmwError
from warehouse.raw_manifest import LoadRecord

Report = Callable[[str, dict], None]
ATTEMPTS = 3
FIRST_WAIT_SECONDS = 0.5


def open_reader(source: Source) -> Reader:
    """A connected reader. Raises CmwError that says why the source cannot be reached."""
    reader = None
    try:
        reader = reader_for(source)
        reader.open()
    except Exception as error:
        if reader is not None:
            reader.close()
        raise as_error(error, source) from error
    return reader


class SourceLoad:
    """One source in one run."""

    def __init__(self, source: Source, log: ChangeLog, run: RunStamp, report: Report) -> None:
        self._source, self._log, self._run, self._report = source, log, run, report
        self._reader: Reader | None = None
        self._unreachable: CmwError | None = None
        self._opened = 0

    def run_all(self) -> list[LoadRecord]:
        """Loads every entity; a failure is a record with status 'failed', not an exception."""
        records = []
        try:
            for mapping in self._source.mappings:
                record = self._load(mapping)
                records.append(record)
                self._report("entity_loaded", record.model_dump(mode="json"))
        finally:
            self._close()
        return records

    def _load(self, mapping: EntityMapping) -> LoadRecord:
        for attempt in range(1, ATTEMPTS + 1):
            load = EntityLoad(self._source, mapping, self._log, self._run)
            if self._unreachable is not None:
                return self._failed(load, self._unreachable)
            try:
                if self._reader is None:
                    self._reader = self._open()
                self._tell_snapshot(load)
                return load.run_load(self._reader)
            except Exception as error:
                lost = is_lost_connection(error) or is_lost_connection(error.__cause__ or error)
                told = as_error(error, self._source, mapping.entity.entity)
                if not isinstance(error, CmwError):
                    self._close()  # what a broken statement leaves of the transaction is of no use to the next
                if "database is locked" in str(error):
                    self._unreachable = told
                if not lost or attempt == ATTEMPTS:
                    return self._failed(load, told)
                time.sleep(FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
        raise AssertionError("the last attempt returns")

    def _open(self) -> Reader:
        """The connected reader. A source that cannot be reached is not tried again for each of its entities."""
        try:
            reader = open_reader(self._source)
            self._opened += 1
        except CmwError as error:
            if not is_lost_connection(error.__cause__ or error):
                self._unreachable = error
            raise
        if isinstance(reader, FolderReader):
            told = {name: self._log.state_of(self._source.source_system, name) for name in self._source.entities}
            reader.remember({name: state for name, state in told.items() if state})
        return reader

    def _tell_snapshot(self, load: EntityLoad) -> None:
        """What is read over a second connection may show the source as it was later than the entities before it."""
        if self._opened > 1 and not self._source.is_folder and self._source.mappings[0] is not load.mapping:
            load.record.findings.append(
                f"{load.mapping.where_said}: read in a later snapshot than the entities before it, because the "
                "connection had to be opened again; rows that refer to each other may differ until the next load"
            )

    def _close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _failed(self, load: EntityLoad, error: CmwError) -> LoadRecord:
        told = {"status": "failed", "error": str(error), "finished_at": now(), "bytes": 0}
        record = load.record.model_copy(update={**told, "cursor_after": load.record.cursor_before})
        self._log.commit(record)
        return record
