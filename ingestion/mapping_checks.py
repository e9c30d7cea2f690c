"""Holds one entity of a source file against the contract, before anything is read."""

from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

from ingestion.entities import Column, Entity
from ingestion.source_models import EntitySource
from warehouse.errors import CmwError


def suggestion(name: str, known: list[str] | tuple[str, ...]) -> str:
    """The remedy for a name that nobody knows."""
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


def check_columns(path: Path, entity: Entity, spec: EntitySource) -> None:
    """Raises CmwError that names file, entity and column where the mapping names what the contract does not have."""
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
