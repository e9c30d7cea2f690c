"""The source contract as checked models: ingestion/contract/<kind>/<entity>.yml, one file per entity."""

from functools import cache
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from warehouse.yaml_files import load_model

CONTRACT = Path(__file__).resolve().parent / "contract"

Kind = Literal["crm", "erp", "service"]
ColumnType = Literal[
    "text", "code", "integer", "quantity", "money", "rate", "probability", "boolean", "date", "timestamp"
]

# What a contract type is in the change log (Arrow, Parquet) and in DuckDB. Timestamps are UTC without zone.
ARROW_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "integer": pa.int64(),
    "quantity": pa.decimal128(18, 4),
    "money": pa.decimal128(18, 4),
    "rate": pa.decimal128(18, 8),
    "probability": pa.decimal128(9, 6),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
SQL_TYPES: dict[str, str] = {
    "text": "varchar",
    "code": "varchar",
    "integer": "bigint",
    "quantity": "decimal(18,4)",
    "money": "decimal(18,4)",
    "rate": "decimal(18,8)",
    "probability": "decimal(9,6)",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}
# Decimals behind the point that a contract type carries.
DECIMALS: dict[str, int] = {"quantity": 4, "money": 4, "rate": 8, "probability": 6}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(_Part):
    en: str
    zh: str


class Column(_Part):
    """One column of an entity. ``values`` is the closed list of a code.

    ``personal`` tells of a person; ``private`` does so where the customer is one himself: his name, his tax number.
    """

    type: ColumnType
    required: bool = False
    values: tuple[str, ...] = ()
    personal: bool = False
    private: bool = False
    comment: str = ""

    @model_validator(mode="after")
    def _codes_have_values(self) -> "Column":
        if (self.type == "code") != bool(self.values):
            raise ValueError("a code lists its values, and only a code does")
        return self

    @property
    def arrow_type(self) -> pa.DataType:
        return ARROW_TYPES[self.type]

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]


class Entity(_Part):
    """One entity of the contract: its columns in order, its key, and which column tells its time."""

    entity: str
    kind: Kind
    title: Title
    key: tuple[str, ...] = Field(min_length=1)
    core: bool = False
    event_date: str = ""
    is_planned: bool = False  # its event date may lie ahead: a target, a contract, a visit
    cursor: str = ""
    note: str = ""
    columns: dict[str, Column]

    @model_validator(mode="after")
    def _named_columns_exist(self) -> "Entity":
        named = [*self.key, *filter(None, (self.event_date, self.cursor))]
        missing = [name for name in named if name not in self.columns]
        if missing:
            raise ValueError(f"{', '.join(missing)} is named as key, event date or cursor but is no column")
        return self

    @property
    def is_about_people(self) -> bool:
        """Whether a column of it may tell of a person."""
        return any(column.personal or column.private for column in self.columns.values())

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, column in self.columns.items() if column.required)


@cache
def load_contract() -> dict[str, Entity]:
    """Every entity by name, sorted by kind and name. Raises CmwError that names the file and key."""
    entities: dict[str, Entity] = {}
    for path in sorted(CONTRACT.glob("*/*.yml")):
        entity = load_model(path, Entity)
        if entity.entity != path.stem or entity.kind != path.parent.name:
            raise ValueError(f"{path} holds {entity.kind}/{entity.entity}: file, folder and content must agree")
        entities[entity.entity] = entity
    return entities
