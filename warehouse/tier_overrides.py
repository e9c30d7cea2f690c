"""Tiers that people decide against the rule (config/tier_overrides.yml), and the file through which dbt learns them.

An override names the customer as a source system does, not by the warehouse's key: it then follows
merges and splits by itself. It ends by itself too: without a last day it would outlive its reason.
"""

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from warehouse.settings import Settings
from warehouse.yaml_files import load_model

SCHEMA = pa.schema(
    [
        ("source_system", pa.string()),
        ("entity", pa.string()),
        ("source_key", pa.string()),
        ("tier", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_until", pa.date32()),
        ("reason", pa.string()),
        ("decided_by", pa.string()),
    ]
)


def _written_as_text(value: Any) -> Any:
    """Keys are texts: a number without quotes is one, and its leading zeros stay (warehouse.yaml_loader)."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


SourceKey = Annotated[str, BeforeValidator(_written_as_text), Field(min_length=1)]


class TierOverride(BaseModel):
    """One decision; it holds from ``valid_from`` to ``valid_until``, both days included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source_system: str = Field(min_length=1)
    entity: Literal["crm_accounts", "erp_customers"]
    source_key: SourceKey
    tier: Literal["A", "B", "C"]
    valid_from: date
    valid_until: date
    reason: str = Field(min_length=1)
    decided_by: str = Field(min_length=1)

    @property
    def record(self) -> tuple[str, str, str]:
        return (self.source_system, self.entity, self.source_key)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "TierOverride":
        if self.valid_until < self.valid_from:
            raise ValueError(f"valid_until {self.valid_until} lies before valid_from {self.valid_from}")
        return self


class TierOverrides(BaseModel):
    """The file. Two decisions about one customer must not hold on one day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    overrides: tuple[TierOverride, ...] = ()

    @model_validator(mode="after")
    def _one_decision_a_day(self) -> "TierOverrides":
        ordered = sorted(self.overrides, key=lambda one: (one.record, one.valid_from))
        for one, following in pairwise(ordered):
            if one.record == following.record and following.valid_from <= one.valid_until:
                who = f"{one.source_system} {one.source_key}"
                raise ValueError(f"two overrides of {who} hold on {following.valid_from}")
        return self


def load_overrides(settings: Settings) -> TierOverrides:
    """The company's decisions; none without the file. Raises CmwError that names the key at fault."""
    path = settings.config / "tier_overrides.yml"
    return load_model(path, TierOverrides) if path.exists() else TierOverrides()


def write(settings: Settings) -> Path:
    """Writes the file that dbt reads, which is there with or without decisions."""
    rows = [override.model_dump() for override in load_overrides(settings).overrides]
    path = settings.home / "tier_overrides.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), temporary)
    temporary.replace(path)
    return path
