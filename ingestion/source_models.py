"""What a source file may say: one YAML per system, checked key by key. How to write one: docs/sources.md."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ingestion.entities import Kind
from ingestion.source_types import Constant, Duration, Factor, Name, Scalar, Zone
from warehouse.currencies import CurrencyOrNone


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class SoftDelete(_Part):
    """Rows whose ``column`` holds one of ``values`` are deleted; any value but 0, false and a zero date, when none is
    listed. 1 and true are one for a boolean or a bit."""

    column: Name
    values: tuple[Any, ...] = ()


class FileOptions(_Part):
    """How people wrote the file."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    """What stands between two fields of a CSV file."""
    quote: str = Field(default='"', max_length=1)
    """The mark around a field of a CSV file that may hold delimiters; empty where there is none."""
    encoding: str = "utf-8"
    """What the file was saved in: utf-8, gbk, gb18030, utf-16, latin-1, ..."""
    decimal: str = Field(default=".", pattern=r"^[.,]$")
    """The decimal mark of numbers."""
    thousands: str = Field(default="", max_length=1)
    """The mark between groups of three digits. A number with a mark at another place is rejected."""
    header_line: int = Field(default=1, ge=1)
    """The line that holds the column names."""
    skip_footer: int = Field(default=0, ge=0)
    """Lines at the bottom that are no rows, such as totals."""
    sheet: str | int = 0
    """Name or number (from 0) of the sheet of an Excel workbook."""

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
        for name, mark in (("delimiter", self.delimiter), ("quote", self.quote)):
            if not mark.isascii() or mark in ("\n", "\r", "\0"):
                raise ValueError(f"{name} {mark!r} is no mark that a CSV file may have: one of ASCII")
        if self.thousands.isalnum() or self.thousands in ("+", "-"):
            raise ValueError(f"thousands {self.thousands!r} is a part of a number, not a mark between its digits")
        if self.thousands == self.decimal:
            raise ValueError("decimal and thousands are the same mark")
        if self.quote == self.delimiter:
            raise ValueError("delimiter and quote are the same mark")
        return self


class EntitySource(FileOptions):
    """Where one entity comes from and how it becomes the contract's entity."""

    table: Name = ""
    """Table or view, with or without schema. Without table, query and file: the name of the entity."""
    query: str = ""
    """SQL instead of a table; on a folder DuckDB SQL over its files."""
    file: str = ""
    """Pattern of file names in the folder: CSV (also gz), Parquet, Excel."""
    cursor: Name = ""
    """Source column that grows with every change; without it all is read and compared each time."""
    cursor_when_null: Name = ""
    """Column that stands in for an empty cursor, such as the time of creation."""
    overlap: Duration | int = timedelta(hours=1)
    """How far before the last cursor value reading begins, for rows committed late."""
    columns: dict[str, Name] = {}
    """Contract column: source column. Columns with the same name need no line."""
    constants: dict[str, Constant] = {}
    """Contract column: the value that all rows have."""
    values: dict[str, dict[Any, Scalar]] = {}
    """Contract column: {code in the source: code of the contract}. "*" stands for all others, ~ for NULL."""
    where: str = ""
    """SQL condition on the rows of the table."""
    formats: dict[str, str] = {}
    """Contract column: pattern of its dates, such as %d/%m/%Y, or epoch_s, epoch_ms, epoch_us."""
    units: dict[str, Factor] = {}
    """Contract column: exact factor to the contract's unit, such as 0.01 for cents."""
    scales: dict[str, Annotated[int, Field(ge=0, le=12)]] = {}
    """Contract column: decimals to round to. Without it a value with too many is rejected."""
    timezone: Zone = ""
    """Zone of local times, such as Asia/Shanghai. Default: the system's, then the company's."""
    keep: tuple[Name, ...] = ()
    """Further source columns that travel along as text."""
    soft_delete: SoftDelete | None = None
    """Which rows the source has marked as deleted."""
    key_compare: Literal["every_load", "daily", "weekly", "never"] | None = None
    """How often keys are compared, to find rows deleted for good. Default: daily with a cursor, every load without,
    never for files."""
    keep_history: Duration | None = None
    """How long a version is kept after a newer one took its place, such as 730d. Default: for ever. The newest
    version of a key is kept whatever its age."""
    allow_empty: bool = False
    """Whether an emptied source means that all rows are deleted."""
    most_deleted: Annotated[float, Field(gt=0, le=1)] | None = None
    """The share of an entity's rows that may be gone at once, such as 0.3. Where more are gone nothing is deleted, and
    each load says so until they are back or this line is. Default: no limit; a fifth and more is told."""

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
    """Short name; part of every key. Never change it."""
    kind: Kind
    """What it is; an entity may come from a source of any kind."""
    connection: str
    """SQLAlchemy URL, or a folder. ${NAME} and ${NAME:-default} come from the environment, or from the file that
    NAME_FILE names; ${CMW_HOME} is the data folder."""
    timezone: Zone = ""
    """Zone of local times, such as Asia/Shanghai. Default: the system's, then the company's."""
    default_currency: CurrencyOrNone = ""
    """ISO code that holds where a row names none."""
    ledger_currency: CurrencyOrNone = ""
    """ISO code of the general ledger; default: the company's. Ledgers may be in several currencies."""
    owner: str = ""
    """Who is told when it is late or wrong."""
    expected_every: Duration = timedelta(hours=24)
    """How often new data is expected."""
    on_schema_change: Literal["continue", "stop"] = "continue"
    """What to do when a source column appears, disappears or changes its type: continue reports it, stop loads
    nothing of that entity."""
    statement_timeout: Duration = timedelta(minutes=30)
    """The longest that one statement may take."""
    entities: dict[str, EntitySource] = Field(min_length=1)
    """The entities of the contract that this system brings."""
