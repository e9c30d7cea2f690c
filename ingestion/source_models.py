"""What a source file may say: one YAML per system, checked key by key. Reference: docs/sources.md."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from ingestion.entities import Kind

_DURATION = re.compile(r"^(\d+)\s*(s|m|min|h|d|w)$")
_UNITS = {"s": "seconds", "m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _duration(value: Any) -> Any:
    """24h, 30m, 7d as a timedelta; a bare number stays one (an overlap of a numeric cursor)."""
    if not isinstance(value, str):
        return value
    match = _DURATION.match(value.strip())
    if not match:
        raise ValueError(f"{value!r} is no duration, such as 30m, 24h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _zone(value: str) -> str:
    if value and value not in available_timezones():
        raise ValueError(f"{value!r} is no IANA time zone, such as Asia/Shanghai")
    return value


def _exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float | int) and not isinstance(value, bool) else value


def _name(value: Any) -> Any:
    """A source's name as text: a column may be called 2024; YAML's boolean words need quotes."""
    if isinstance(value, bool):
        raise ValueError("YAML reads an unquoted yes, no, on or off as a boolean; write the name in quotes")
    return str(value) if isinstance(value, int) else value


def code_texts(key: Any) -> tuple[str | None, ...]:
    """The source texts that a key under ``values`` stands for: codes are compared as text.

    YAML reads an unquoted yes, no, on, off as a boolean; such a key matches the words and the boolean. An
    empty key (``~``) matches NULL.
    """
    if key is None:
        return (None,)
    if isinstance(key, bool):
        return ("true", "yes", "on") if key else ("false", "no", "off")
    return (str(key),)


Name = Annotated[str, BeforeValidator(_name)]
Zone = Annotated[str, AfterValidator(_zone)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Factor = Annotated[Decimal, BeforeValidator(_exact)]
Scalar = str | bool | int | Decimal | None


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SoftDelete(_Part):
    """Rows whose ``column`` holds one of ``values`` (any value at all, when none is listed) are deleted."""

    column: Name
    values: tuple[Any, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for value in self.values for text in code_texts(value) if text is not None)


class FileOptions(_Part):
    """How people wrote the file."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8"
    decimal: str = Field(default=".", pattern=r"^[.,]$")
    thousands: str = Field(default="", max_length=1)
    header_line: int = Field(default=1, ge=1)
    skip_footer: int = Field(default=0, ge=0)
    sheet: str | int = 0

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            "".encode(value)
        except LookupError:
            raise ValueError(f"{value!r} is no encoding, such as utf-8, gbk or gb18030") from None
        return value

    @model_validator(mode="after")
    def _marks_differ(self) -> "FileOptions":
        if self.thousands == self.decimal:
            raise ValueError("decimal and thousands are the same mark")
        return self


class EntitySource(FileOptions):
    """Where one entity comes from and how it becomes the contract's entity."""

    table: Name = ""
    query: str = ""
    file: str = ""
    cursor: Name = ""
    cursor_when_null: Name = ""
    overlap: Duration | int = timedelta(hours=1)
    columns: dict[str, Name] = {}
    constants: dict[str, Annotated[Scalar, BeforeValidator(_exact)]] = {}
    values: dict[str, dict[Any, Scalar]] = {}
    where: str = ""
    formats: dict[str, str] = {}
    units: dict[str, Factor] = {}
    scales: dict[str, Annotated[int, Field(ge=0, le=12)]] = {}
    timezone: Zone = ""
    keep: tuple[Name, ...] = ()
    soft_delete: SoftDelete | None = None
    key_compare: Literal["every_load", "daily", "weekly", "never"] | None = None
    allow_empty: bool = False

    @model_validator(mode="after")
    def _one_origin(self) -> "EntitySource":
        if sum(map(bool, (self.table, self.query, self.file))) > 1:
            raise ValueError("name one of table, query and file, not several")
        if self.cursor_when_null and not self.cursor:
            raise ValueError("cursor_when_null needs a cursor")
        if self.where and (self.query or self.file):
            raise ValueError("where belongs to a table; write the condition into the query")
        twice = set(self.columns) & set(self.constants)
        if twice:
            raise ValueError(f"{', '.join(sorted(twice))} stands under columns and under constants")
        return self


class SourceFile(_Part):
    """One source system."""

    source_system: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Kind
    connection: str
    timezone: Zone = ""
    default_currency: str = Field(default="", pattern="^([A-Z]{3})?$")
    ledger_currency: str = Field(default="", pattern="^([A-Z]{3})?$")
    owner: str = ""
    expected_every: Duration = timedelta(hours=24)
    on_schema_change: Literal["continue", "stop"] = "continue"
    statement_timeout: Duration = timedelta(minutes=30)
    pool_size: int = Field(default=2, ge=1, le=32)
    entities: dict[str, EntitySource] = Field(min_length=1)
