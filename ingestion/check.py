"""`cmw sources check`: connects, looks at every table and file, and says what is missing and what it costs.

Reads a sample and loads nothing.
"""

from dataclasses import dataclass
from typing import Literal

import duckdb

from ingestion.column_plan import ColumnPlan, plan_columns
from ingestion.entities import CONTRACT, load_contract
from ingestion.failures import as_error
from ingestion.incoming import required_columns
from ingestion.load_source import open_reader
from ingestion.mapper import Mapper
from ingestion.readers.text_files import BadFileError
from ingestion.rejected_values import RejectedValues
from ingestion.run_stamp import now
from ingestion.soft_delete import soft_delete_findings
from ingestion.sources import EntityMapping, Source, load_sources
from warehouse.company import Company
from warehouse.errors import CmwError
from warehouse.settings import Settings
from warehouse.yaml_files import read_yaml

_EMPTY = "Ask the source's owner whether it should be empty, or correct the condition of that entity"
SAMPLE_ROWS = 200_000
LEDGER = "erp_gl_entries"
_IN_LEDGERS = {"erp_invoices", "erp_payments", "erp_receivable_adjustments"}


@dataclass(frozen=True)
class SourceFinding:
    """One sentence about one source. ``error`` stops the entity; ``warning`` loses something; ``info`` is all well."""

    source_system: str
    entity: str
    severity: Literal["error", "warning", "info"]
    what: str
    remedy: str = ""


class _SourceCheck:
    def __init__(self, source: Source) -> None:
        self._source = source
        self.findings: list[SourceFinding] = []

    def _add(self, entity: str, severity: str, what: str, remedy: str = "") -> None:
        self.findings.append(SourceFinding(self._source.source_system, entity, severity, what, remedy))

    def run_all(self) -> list[SourceFinding]:
        try:
            reader = open_reader(self._source)
        except CmwError as error:
            self._add("", "error", error.what, error.remedy)
            return self.findings
        try:
            for mapping in self._source.mappings:
                self._entity(reader, mapping)
        finally:
            reader.close()
        return self.findings

    def _entity(self, reader, mapping: EntityMapping) -> None:
        name = mapping.entity.entity
        try:
            found = reader.columns(mapping)
            plan = plan_columns(mapping, found.scales, reader.origin(mapping))
            for finding in plan.findings:
                self._add(name, "warning", finding, "Correct the column, or remove it from the source file")
            for finding in soft_delete_findings(mapping.spec.soft_delete, found.types, mapping.where_said):
                self._add(name, "warning", finding, "Correct soft_delete")
            self._sample(reader, mapping, plan)
        except Exception as error:
            told = as_error(error, self._source, name)
            self._add(name, "error", told.what, told.remedy)
        finally:
            reader.stop()

    def _sample(self, reader, mapping: EntityMapping, plan: ColumnPlan) -> None:
        name, rows = mapping.entity.entity, 0
        rejected = RejectedValues()
        with duckdb.connect() as connection:
            mapper = Mapper(connection, mapping, plan, "check", 0, now())
            for _, batches in reader.parts(mapping, plan.wanted, required_columns(mapping, plan), None):
                try:
                    for raw in batches:
                        rows += raw.num_rows
                        rejected.add(connection, mapper.map(raw))
                        if rows >= SAMPLE_ROWS:
                            break
                except BadFileError as error:
                    self._add(name, "error", f"{mapping.where_said}: {error}", "Mend the file; the others load")
                if rows >= SAMPLE_ROWS:
                    break
        for finding in reader.findings:
            self._add(name, "warning", f"{mapping.where_said}: {finding}", "Correct the file")
        for what, remedy in rejected.told(mapping):
            self._add(name, "warning", what, remedy)
        if not rows:
            self._add(name, "warning", f"{mapping.where_said}: {reader.origin(mapping)} has no rows", _EMPTY)
        else:
            self._add(name, "info", f"{rows} rows read from {reader.origin(mapping)}")


def _missing_core(sources: list[Source]) -> list[SourceFinding]:
    """Core entities that no source brings, although sources of their kind are there."""
    losses = read_yaml(CONTRACT.parent / "losses.yml")
    brought = {entity for source in sources for entity in source.entities}
    findings = []
    for name, entity in load_contract().items():
        of_kind = [source for source in sources if source.kind == entity.kind]
        if entity.core and of_kind and name not in brought:
            findings.append(
                SourceFinding(
                    of_kind[0].source_system,
                    name,
                    "warning",
                    f"No source brings {name}: {losses[name]['en']}",
                    f"Add {name} to {of_kind[0].path.name}, if that system has it",
                )
            )
    return findings


def _without_ledger(sources: list[Source], company: Company) -> list[SourceFinding]:
    """Money of a further system that the ledger of another may not hold: gate 2 would then publish nothing."""
    own = company.ledger_currency or company.reporting_currency
    keeping = [source for source in sources if LEDGER in source.entities]
    remedy = f"Bring its {LEDGER}, or write the ledger_currency of its own books where that is another"
    findings = []
    for source in (source for source in sources if source not in keeping):
        same = (one for one in keeping if (one.ledger_currency or own) == (source.ledger_currency or own))
        if other := next(same, None):
            lost = f"what the ledger of {other.source_system} does not hold keeps all from being published"
            for entity in sorted(_IN_LEDGERS.intersection(source.entities).intersection(other.entities)):
                what = f"{source.source_system} brings {entity} and no {LEDGER}: {lost}"
                findings.append(SourceFinding(source.source_system, entity, "warning", what, remedy))
    return findings


def check_sources(settings: Settings, company: Company) -> list[SourceFinding]:
    """Findings on every source, errors first. Raises CmwError only when the source files themselves are wrong."""
    sources = load_sources(settings, company)
    findings = [finding for source in sources for finding in _SourceCheck(source).run_all()]
    order = {"error": 0, "warning": 1, "info": 2}
    told = [*findings, *_missing_core(sources), *_without_ledger(sources, company)]
    return sorted(told, key=lambda finding: order[finding.severity])
