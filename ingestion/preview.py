"""`cmw sources preview ENTITY`: how the first rows of an entity would look in the log, without loading them."""

from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from ingestion.check import SourceFinding
from ingestion.column_plan import plan_columns
from ingestion.failures import as_error
from ingestion.incoming import required_columns
from ingestion.load_source import open_reader
from ingestion.mapper import Mapper
from ingestion.mapping_checks import suggestion
from ingestion.run_stamp import now
from ingestion.sources import Source, load_sources
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
        with duckdb.connect() as connection:
            mapper = Mapper(connection, mapping, plan, "preview", 0, now())
            rows = mapper.schema.empty_table()
            for _, batches in reader.parts(mapping, plan.wanted, required_columns(mapping, plan), None):
                for raw in batches:
                    rows = pa.concat_tables([rows, mapper.map(raw.slice(0, limit - rows.num_rows))])
                    if rows.num_rows >= limit:
                        break
                if rows.num_rows >= limit:
                    break
    except Exception as error:
        raise as_error(error, source, entity) from error
    finally:
        reader.close()
    shown = rows.select([*mapping.entity.columns, "_key", "_rejected", "_origin"])
    told = [SourceFinding(source.source_system, entity, "warning", finding) for finding in plan.findings]
    return Preview(source.source_system, entity, shown, told)


def preview(settings: Settings, company: Company, entity: str, *, limit: int = 20) -> list[Preview]:
    """One preview per source that brings the entity. Raises CmwError where none does or it cannot be read."""
    sources = load_sources(settings, company)
    bringing = [source for source in sources if entity in source.entities]
    if not bringing:
        known = sorted({name for source in sources for name in source.entities})
        raise CmwError(f"No source file brings {entity!r}", suggestion(entity, known))
    return [_preview(source, entity, limit) for source in bringing]
