"""Extraction: all sources in parallel, each entity committed by itself into the change log."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from ingestion.allocator import collect_rarely, return_large_blocks
from ingestion.backfill import Period
from ingestion.change_log import ChangeLog
from ingestion.extract_lock import extraction_lock
from ingestion.failures import is_full_disk
from ingestion.load_source import SourceLoad
from ingestion.maintain import FILES_IN_A_RUN, maintenance
from ingestion.mapping_checks import suggestion
from ingestion.run_stamp import RunStamp
from ingestion.sources import Source, load_sources
from warehouse.clock import load_time
from warehouse.company import Company
from warehouse.erasures import read_erased
from warehouse.errors import CmwError
from warehouse.raw_manifest import LoadRecord
from warehouse.settings import Settings

WAIT_SECONDS = 600
SOURCES_AT_ONCE = 4


@dataclass
class ExtractResult:
    """What a run's extraction did, in the order of the source files."""

    loads: list[LoadRecord] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the change log has grown."""
        return any(load.status == "loaded" for load in self.loads)

    @property
    def failed(self) -> list[LoadRecord]:
        return [load for load in self.loads if load.status == "failed"]


def _silent(event: str, details: dict) -> None:
    """Reports to nobody."""


def chosen_sources(sources: list[Source], only: Collection[str] | None) -> list[Source]:
    """The sources, or those of the named source systems, entities or `system/entity` pairs.

    Raises CmwError for a name that no source file brings.
    """
    if not only:
        return sources
    wanted = {only} if isinstance(only, str) else set(only)
    chosen, matched = [], set()
    for source in sources:
        kept = []
        for mapping in source.mappings:
            names = {source.source_system, mapping.entity.entity, f"{source.source_system}/{mapping.entity.entity}"}
            if names & wanted:
                kept.append(mapping)
                matched |= names & wanted
        if kept:
            chosen.append(replace(source, mappings=tuple(kept)))
    unknown = sorted(wanted - matched)
    if unknown:
        known = sorted({source.source_system for source in sources} | {e for s in sources for e in s.entities})
        raise CmwError(f"No source file brings {unknown[0]!r}", suggestion(unknown[0], known))
    return chosen


def extract(
    settings: Settings,
    company: Company,
    *,
    run_id: str,
    only: Collection[str] | None = None,
    full: bool = False,
    period: Period | None = None,
    report: Callable[[str, dict], None] = _silent,
    wait_seconds: float = WAIT_SECONDS,
) -> ExtractResult:
    """Reads what is new in every source into the change log.

    Args:
        only: source systems, entities or `system/entity` to read; all when empty.
        full: read everything again and compare; adds only what differs.
        period: read again the rows of these days, whenever they changed, instead of what is new.
        report: told 'source_started', 'entity_loaded' (the LoadRecord), 'leftovers' and 'waiting'.

    Raises CmwError when the source files are wrong or another extraction does not end. What fails while
    reading is a LoadRecord with status 'failed', and the others are loaded.
    """
    return_large_blocks()
    collect_rarely()
    sources = chosen_sources(load_sources(settings, company), only)
    moment, erased = load_time(settings, company), read_erased(settings)
    run = RunStamp(run_id, moment, company.time_zone, full, period, erased)
    try:
        with extraction_lock(settings, wait_seconds, report):
            log = ChangeLog(settings)
            result = _extract(log, sources, run, report)
            grown = {(load.entity, load.source_system) for load in result.loads if load.status == "loaded"}
            maintenance(settings, sources, log, run.loaded_at, FILES_IN_A_RUN).maintain(grown)
            return result
    except OSError as error:
        if not is_full_disk(error):
            raise
        raise CmwError(
            f"The disk of {settings.raw} is full; what was committed before is whole", "Free space, then run again"
        ) from error


def _extract(
    log: ChangeLog, sources: list[Source], run: RunStamp, report: Callable[[str, dict], None]
) -> ExtractResult:
    """Loads the sources in parallel, and writes down what was unchanged or failed."""
    result = ExtractResult()
    if log.leftovers:
        report("leftovers", {"removed": log.leftovers})

    def load(source: Source) -> list[LoadRecord]:
        report("source_started", {"source_system": source.source_system, "entities": list(source.entities)})
        return SourceLoad(source, log, run, report).run_all()

    try:
        with ThreadPoolExecutor(max_workers=min(len(sources), SOURCES_AT_ONCE)) as pool:
            for records in pool.map(load, sources):
                result.loads += records
    finally:
        log.flush()
    return result
