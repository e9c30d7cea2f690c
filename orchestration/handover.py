"""What one step of a run leaves for a later one, on disk, so that a killed run loses nothing.

Extraction with gate 1 may be one Dagster run and the rebuild another (the command line stops
after the first when nothing is new), so the handover cannot live in memory.
"""

import dataclasses
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse.settings import Settings


def _plain(value: object) -> object:
    if isinstance(value, set | frozenset | tuple):
        return sorted(value) if isinstance(value, set | frozenset) else list(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be handed over")


def _path(settings: Settings, name: str) -> Path:
    return settings.home / "handover" / f"{name}.json"


def leave(settings: Settings, name: str, value: Any) -> None:
    """Stores a dataclass, or a list or dict of plain values, atomically."""
    if isinstance(value, list):
        value = [dataclasses.asdict(item) if dataclasses.is_dataclass(item) else item for item in value]
    path = _path(settings, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(value, default=_plain, ensure_ascii=False), encoding="utf-8")
    temporary.replace(path)


def take(settings: Settings, name: str, default: Any) -> Any:
    """What was left under that name, or the default."""
    path = _path(settings, name)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else default


def clear(settings: Settings, name: str) -> None:
    _path(settings, name).unlink(missing_ok=True)
