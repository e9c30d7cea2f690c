"""Loads config/sources/*.yml and holds each against the contract, before anything is read."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

from ingestion.connection import expand_connection
from ingestion.entities import Column, Entity, load_contract
from ingestion.source_models import EntitySource, SourceFile
from warehouse.company import Company
from warehouse.errors import CmwError
from warehouse.settings import Settings
from warehouse.yaml_files import load_model

# A change of these re-reads nothing: they do not touch what a row becomes.
_NOT_MAPPING = {"overlap", "key_compare", "allow_empty"}


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
    pool_size: int
    mappings: tuple[EntityMapping, ...]

    @property
    def entities(self) -> tuple[str, ...]:
        return tuple(mapping.entity.entity for mapping in self.mappings)

    @property
    def is_folder(self) -> bool:
        return "://" not in self.connection


def suggestion(name: str, known: list[str] | tuple[str, ...]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean {close[0]}" if close else f"Known are: {', '.join(known)}"


def _check_constant(where: str, constant: object, column: Column) -> None:
    text = str(constant)
    fits = {
        "code": lambda: text in column.values,
        "integer": lambda: int(text),
        "date": lambda: date.fromisoformat(text),
        "timestamp": lambda: datetime.fromisoformat(text),
        "boolean": lambda: isinstance(constant, bool) or text.lower() in ("true", "false"),
        "text": lambda: True,
    }.get(column.type, lambda: Decimal(text).is_finite())
    try:
        right = constant is None or fits() is not False
    except (ValueError, ArithmeticError):
        right = False
    if not right:
        raise CmwError(f"{where}: {text!r} is no {column.type}", "Write it as the contract's type says")


def _check_columns(path: Path, entity: Entity, spec: EntitySource) -> None:
    for part in ("columns", "constants", "values", "formats", "units", "scales"):
        for name in getattr(spec, part):
            if name not in entity.columns:
                raise CmwError(
                    f"{path}: {entity.entity}.{part} names {name!r}, which is no column of {entity.entity}",
                    suggestion(name, list(entity.columns)),
                )
    for name, codes in spec.values.items():
        allowed = entity.columns[name].values
        for target in codes.values():
            if allowed and target is not None and str(target) not in allowed:
                raise CmwError(
                    f"{path}: {entity.entity}.values.{name} maps to {target!r}, which the contract does not know",
                    suggestion(str(target), allowed),
                )
    for name, constant in spec.constants.items():
        _check_constant(f"{path}: {entity.entity}.constants.{name}", constant, entity.columns[name])
    for name in spec.units:
        if entity.columns[name].type not in ("quantity", "money", "rate", "probability", "integer"):
            raise CmwError(
                f"{path}: {entity.entity}.units names {name!r}, which is a {entity.columns[name].type}, not a number",
                "Remove it from units",
            )
    for name in spec.formats:
        if entity.columns[name].type not in ("date", "timestamp"):
            raise CmwError(f"{path}: {entity.entity}.formats names {name!r}, which is no date or time", "Remove it")


def _load(path: Path, settings: Settings, company: Company) -> Source:
    said = load_model(path, SourceFile)
    contract = load_contract()
    mappings = []
    for name, spec in said.entities.items():
        if name not in contract:
            raise CmwError(f"{path}: {name!r} is no entity of the contract", suggestion(name, list(contract)))
        _check_columns(path, contract[name], spec)
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
        connection=expand_connection(said.connection, settings, str(path)),
        owner=said.owner,
        ledger_currency=said.ledger_currency,
        expected_every=said.expected_every,
        on_schema_change=said.on_schema_change,
        statement_timeout=said.statement_timeout,
        pool_size=said.pool_size,
        mappings=tuple(mappings),
    )


def load_sources(settings: Settings, company: Company) -> list[Source]:
    """Every source of the company, by file name.

    Raises CmwError that names file, entity and column at the first fault, or when there is no source.
    """
    folder = settings.config / "sources"
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
