"""Loads config/sources/*.yml and holds each against the contract, before anything is read."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from ingestion.connection_text import expand_connection, refuse_written_secret
from ingestion.entities import Entity, load_contract
from ingestion.mapping_checks import check_columns, suggestion
from ingestion.source_models import EntitySource, FileOptions, SourceFile
from warehouse.company import Company
from warehouse.errors import CmwError
from warehouse.settings import Settings
from warehouse.yaml_files import load_model

# A change of these re-reads nothing: they do not touch what a row becomes.
_NOT_MAPPING = {"overlap", "key_compare", "allow_empty", "most_deleted", "keep_history"}


@dataclass(frozen=True)
class EntityMapping:
    """One entity of one source, with the source's defaults filled in."""

    source_system: str
    kind: str
    entity: Entity
    spec: EntitySource
    timezone: str
    default_currency: str
    where_said: str

    @property
    def version(self) -> str:
        """Changes whenever a row could come out differently: then the entity is read again in full."""
        said = self.spec.model_dump(mode="json", exclude=_NOT_MAPPING)
        columns = {name: [column.type, column.values] for name, column in self.entity.columns.items()}
        told = [said, self.timezone, self.default_currency, self.entity.key, columns]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Source:
    """A source system, ready to be read. ``connection`` may hold a password: never show it."""

    path: Path
    source_system: str
    kind: str
    connection: str = field(repr=False)
    owner: str
    ledger_currency: str
    expected_every: timedelta
    on_schema_change: str
    statement_timeout: timedelta
    mappings: tuple[EntityMapping, ...]

    @property
    def entities(self) -> tuple[str, ...]:
        return tuple(mapping.entity.entity for mapping in self.mappings)

    @property
    def is_folder(self) -> bool:
        return "://" not in self.connection


def _load(path: Path, settings: Settings, company: Company) -> Source:
    said = load_model(path, SourceFile)
    refuse_written_secret(said.connection, str(path))
    connection = expand_connection(said.connection, settings, str(path))
    if "://" not in connection:  # a folder, named from the folder of the configuration where it is relative
        connection = str(settings.config / connection)
    contract = load_contract()
    mappings = []
    for name, spec in said.entities.items():
        if name not in contract:
            raise CmwError(f"{path}: {name!r} is no entity of the contract", suggestion(name, list(contract)))
        check_columns(path, contract[name], spec)
        if "://" in connection:
            _refuse_file_options(f"{path}: {name}", spec)
        mappings.append(
            EntityMapping(
                source_system=said.source_system,
                kind=said.kind,
                entity=contract[name],
                spec=spec,
                timezone=spec.timezone or said.timezone or company.time_zone,
                default_currency=said.default_currency,
                where_said=f"{path.name}: {name}",
            )
        )
    return Source(
        path=path,
        source_system=said.source_system,
        kind=said.kind,
        connection=connection,
        owner=said.owner,
        ledger_currency=said.ledger_currency,
        expected_every=said.expected_every,
        on_schema_change=said.on_schema_change,
        statement_timeout=said.statement_timeout,
        mappings=tuple(mappings),
    )


def _refuse_file_options(where: str, spec: EntitySource) -> None:
    """A database hands numbers and texts over in one way: with the marks of a file they would be misread."""
    said = sorted(spec.model_fields_set & (set(FileOptions.model_fields) | {"file"}))
    if said:
        raise CmwError(
            f"{where}: {said[0]} describes a file, and the connection is a database",
            "Remove it; texts that hold numbers in another form are converted in a query",
        )


def load_sources(settings: Settings, company: Company) -> list[Source]:
    """Every source of the company, by file name.

    Raises CmwError that names file, entity and column at the first fault, or when there is no source.
    """
    folder = settings.config / "sources"
    if folder.is_dir():
        os.scandir(folder).close()  # glob finds nothing in a folder that may not be read
    paths = sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")])
    if not paths:
        raise CmwError(f"The folder {folder} holds no source file", "Write one as docs/sources.md shows")
    sources = [_load(path, settings, company) for path in paths]
    seen: dict[str, Path] = {}
    for source in sources:
        if source.source_system in seen:
            raise CmwError(
                f"{source.path} and {seen[source.source_system]} both name the source_system {source.source_system!r}",
                "Give each source file a name of its own",
            )
        seen[source.source_system] = source.path
    return sources
