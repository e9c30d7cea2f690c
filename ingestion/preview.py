"""`cmw sources preview ENTITY`: how the first rows of an entity would look in the log, without loading them."""

from contextlib import closing
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from ingestion.check import SAMPLE_ROWS, SourceFinding
from ingestion.column_plan import ColumnPlan, plan_columns
from ingestion.failures import as_error
from ingestion.incoming import required_columns
from ingestion.load_source import open_reader
from ingestion.mapper import Mapper
from ingestion.mapping_checks import suggestion
from ingestion.readers.bad_file import BadFileError
from ingestion.rejected_values import RejectedValues
from ingestion.run_stamp import now
from ingestion.sources import EntityMapping, Source, load_sources
from warehouse.company import Company
from warehouse.errors import CmwError
from warehouse.settings import Settings


@dataclass
class Preview:
    """Mapped rows of one entity of one source: the contract's columns, _key, _rejected and _origin."""

    source_system: str
    entity: str
    rows: pa.Table
    findings: list[SourceFinding] = field(default_factory=list)


def _preview(source: Source, entity: str, limit: int) -> Preview:
    (mapping,) = [mapping for mapping in source.mappings if mapping.entity.entity == entity]
    try:
        reader = open_reader(source)
    except CmwError as error:
        raise as_error(error, source, entity) from None
    try:
        found = reader.columns(mapping)
        plan = plan_columns(mapping, found.scales, reader.origin(mapping))
        told = [SourceFinding(source.source_system, entity, "warning", finding) for finding in plan.findings]
        rows, more = _first_rows(reader, mapping, plan, limit)
    except Exception as error:
        raise as_error(error, source, entity) from error
    finally:
        reader.close()
    shown = rows.select([*mapping.entity.columns, "_key", "_rejected", "_origin"])
    return Preview(source.source_system, entity, shown, [*told, *more])


def _first_rows(reader, mapping: EntityMapping, plan: ColumnPlan, limit: int) -> tuple[pa.Table, list[SourceFinding]]:
    """The first rows, and what is to be said of those that were read with them; of files, of up to SAMPLE_ROWS."""
    told: list[SourceFinding] = []
    rejected, seen = RejectedValues(), 0
    enough = SAMPLE_ROWS if reader.is_folder else limit

    def tell(severity: str, what: str, remedy: str = "") -> None:
        told.append(SourceFinding(mapping.source_system, mapping.entity.entity, severity, what, remedy))

    with duckdb.connect() as connection:
        mapper = Mapper(connection, mapping, plan, "preview", 0, now())
        rows = mapper.schema.empty_table()
        for _, batches in reader.parts(mapping, plan.wanted, required_columns(mapping, plan), None):
            of_part = mapper.schema.empty_table()
            try:
                with closing(iter(batches)) as reading:
                    for raw in reading:
                        mapped = mapper.map(raw)
                        rejected.add(connection, mapped)
                        seen += raw.num_rows
                        of_part = pa.concat_tables([of_part, mapped.slice(0, limit - len(rows) - len(of_part))])
                        if seen >= enough:
                            break
            except BadFileError as error:
                tell("error", f"{mapping.where_said}: {error}; the file is set aside", "Mend the file; the others load")
                continue
            rows = pa.concat_tables([rows, of_part])
            if seen >= enough:
                break
    for finding in reader.findings:
        tell("warning", f"{mapping.where_said}: {finding}", "Correct the file")
    for what, remedy in rejected.told(mapping):
        tell("warning", what, remedy)
    return rows, told


def preview(settings: Settings, company: Company, entity: str, *, limit: int = 20) -> list[Preview]:
    """One preview per source that brings the entity, or of one as `system/entity`.

    Raises CmwError where none does or it cannot be read.
    """
    system, _, name = entity.rpartition("/")
    sources = load_sources(settings, company)
    bringing = [source for source in sources if name in source.entities and system in ("", source.source_system)]
    if not bringing:
        known = {f"{source.source_system}/{one}" if system else one for source in sources for one in source.entities}
        raise CmwError(f"No source file brings {entity!r}", suggestion(entity, sorted(known)))
    return [_preview(source, name, limit) for source in bringing]
