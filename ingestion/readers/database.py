"""Reads a table or a query of any SQLAlchemy database, in batches, inside one read-only snapshot."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import NoSuchTableError

from ingestion.backfill import Bounds, Period, bounds
from ingestion.column_plan import ColumnPlan
from ingestion.connection import open_engine
from ingestion.control_sums import Measured, is_exact, measure, measure_carefully
from ingestion.cursors import lower_bound
from ingestion.mapping_checks import suggestion
from ingestion.readers.raw_arrow import batch, merged
from ingestion.sources import EntityMapping, Source
from warehouse.errors import CmwError
from warehouse.raw_manifest import SourceState

BATCH_ROWS = 50_000
BATCH_BYTES = 16 << 20  # of wide rows fewer make a batch
ROWS_AT_ONCE, BYTES_AT_ONCE = 2_000, 4 << 20  # that a processor's cache holds
ROWS_AT_FIRST = 100  # until it shows how wide they are


@dataclass(frozen=True)
class SourceColumns:
    """Columns of a table or query: name → declared decimals, name → type as text."""

    scales: dict[str, int | None]
    types: dict[str, str]


class DatabaseReader:
    """One source's connection. Everything it reads is from one snapshot, where the database has such."""

    is_folder = False
    rejected_lines = 0
    options: Mapping[str, Any] = MappingProxyType({"stream_results": True, "max_row_buffer": BATCH_ROWS})
    begins_with = ""  # how the snapshot begins, where connecting is not enough

    def __init__(self, source: Source) -> None:
        self._source = source
        self._engine = open_engine(
            source.connection,
            source.path.name,
            max(int(source.statement_timeout.total_seconds()), 1),
        )
        self.files: dict[str, dict[str, str | int]] = {}
        self.findings: list[str] = []
        self._reading: Iterator[pa.Table] | None = None
        self._connection: sa.Connection | None = None
        self._inspector: sa.Inspector | None = None

    def open(self) -> None:
        """Connects and begins the snapshot. Raises the driver's error."""
        self._connection = self._engine.connect().execution_options(**self.options)
        if self.begins_with:
            self._connection.exec_driver_sql(self.begins_with)

    def close(self) -> None:
        """Gives the connection back. One that is broken is thrown away, and may say so in any way it likes."""
        self.stop()
        if self._connection is not None:
            with suppress(Exception):
                self._connection.close()
            with suppress(Exception):
                self._connection.invalidate()
        self._connection = self._inspector = None
        with suppress(Exception):
            self._engine.dispose()

    def stop(self) -> None:
        """Ends what is being read: whoever wanted only the first rows leaves it open."""
        if self._reading is not None:
            with suppress(Exception):
                self._reading.close()
            self._reading = None

    def tells_present(self, mapping: EntityMapping) -> bool:
        """A table holds the present state of its rows."""
        return True

    def default_key_compare(self, mapping: EntityMapping) -> str:
        return "daily" if mapping.spec.cursor else "every_load"

    def reads_changes(self, mapping: EntityMapping, state: SourceState) -> bool:
        return bool(mapping.spec.cursor and state.cursor_value)

    def since(self, mapping: EntityMapping, state: SourceState | None, whole: bool) -> object | None:
        """The lower bound of the cursor; None when all is to be read."""
        return None if whole or state is None else lower_bound(state.cursor_value or "", mapping.spec.overlap)

    def since_period(self, mapping: EntityMapping, plan: ColumnPlan, period: Period) -> Bounds | None:
        """The rows of a period; None when the table cannot be asked for them and all is to be read."""
        if mapping.spec.query:
            return None
        name, schema = self._table_name(mapping)
        kinds = {str(column["name"]): column["type"] for column in self.inspector().get_columns(name, schema=schema)}
        return bounds(mapping, plan, period, kinds, as_text=self._engine.dialect.name == "sqlite")

    def parts(
        self, mapping: EntityMapping, names: list[str], required: set[str], since: object | None
    ) -> Iterator[tuple[str, Iterator[pa.Table]]]:
        """(name, batches): a table or query is one part."""
        self._reading = self.batches(mapping, names, since)
        yield self.origin(mapping), self._reading

    def measure(self, mapping: EntityMapping, plan: ColumnPlan, low: Any) -> Measured:
        """What the database itself counts and sums of the rows that were read."""
        statement = self._statement(mapping, plan.wanted, low)
        return measure(self._connection, statement, self._summable(mapping, statement), mapping, plan)

    def measure_carefully(
        self, mapping: EntityMapping, plan: ColumnPlan, low: Any, names: list[str]
    ) -> dict[str, Decimal]:
        """Sums of the contract columns that `measure` summed quickly, value by value."""
        return measure_carefully(self._connection, self._statement(mapping, plan.wanted, low), mapping, plan, names)

    def _summable(self, mapping: EntityMapping, statement: sa.Select) -> set[str]:
        """Source columns whose type the database sums exactly; of a query none is known here."""
        if mapping.spec.query:
            return set()
        name, schema = self._table_name(mapping)
        return {
            str(column["name"])
            for column in self.inspector().get_columns(name, schema=schema)
            if is_exact(column["type"])
        }

    def inspector(self) -> sa.Inspector:
        """Reflection over the snapshot's own connection."""
        if self._inspector is None:
            self._inspector = sa.inspect(self._connection)
        return self._inspector

    def origin(self, mapping: EntityMapping) -> str:
        """What a row of this entity comes from, as people call it."""
        return "query" if mapping.spec.query else mapping.spec.table or mapping.entity.entity

    def columns(self, mapping: EntityMapping) -> SourceColumns:
        """What the table or query has. Raises CmwError when there is no such table."""
        if mapping.spec.query:
            result = self._connection.execute(
                sa.select(sa.text("*")).select_from(self._query(mapping, ())).where(sa.false())
            )
            names = list(result.keys())
            result.close()
            return SourceColumns(dict.fromkeys(names), dict.fromkeys(names, "") | self._types_of_query(mapping, names))
        name, schema = self._table_name(mapping)
        found = self.inspector().get_columns(name, schema=schema)
        return SourceColumns(
            {str(column["name"]): _declared_scale(column["type"]) for column in found},
            {str(column["name"]): str(column["type"]) for column in found},
        )

    def _types_of_query(self, mapping: EntityMapping, names: list[str]) -> dict[str, str]:
        """What a query's columns are, where the database says so without computing them."""
        return {}

    def _table_name(self, mapping: EntityMapping) -> tuple[str, str | None]:
        said = self.origin(mapping)
        for name, schema in ((said, None), (said.partition(".")[2], said.partition(".")[0])):
            try:
                if name and self.inspector().get_columns(name, schema=schema):
                    return name, schema
            except NoSuchTableError:
                continue
        known = sorted([*self.inspector().get_table_names(), *self.inspector().get_view_names()])
        raise CmwError(
            f"{mapping.where_said}: the source has no table {said!r}",
            suggestion(said, known) if known else "The database has no tables: check the connection",
        )

    def _query(self, mapping: EntityMapping, names: tuple[str, ...]) -> sa.FromClause:
        text = sa.text(_escaped(mapping.spec.query.strip().rstrip(";")) + "\n")  # it may end in a comment
        return text.columns(*[sa.column(name) for name in names]).subquery("q")

    def _statement(self, mapping: EntityMapping, names: list[str], low: Any) -> sa.Select:
        if mapping.spec.query:
            origin = self._query(mapping, tuple(names))
            columns = list(origin.c)
        else:
            name, schema = self._table_name(mapping)
            columns = [sa.column(column) for column in names]
            origin = sa.table(name, *columns, schema=schema)
        statement = sa.select(*columns).select_from(origin)
        if mapping.spec.where:
            statement = statement.where(sa.text(f"({_escaped(mapping.spec.where)}\n)"))
        if isinstance(low, Bounds):
            statement = statement.where(low.condition())
        elif low is not None:
            by_name = {name.casefold(): column for name, column in zip(names, columns, strict=True)}
            said = [name for name in (mapping.spec.cursor, mapping.spec.cursor_when_null) if name]
            statement = statement.where(self._changed([by_name[name.casefold()] for name in said], low))
        return statement

    def _changed(self, cursors: list[sa.ColumnElement], low: Any) -> sa.ColumnElement[bool]:
        """Rows whose cursor, or what stands in for it, is not before the bound, or that have none."""
        (cursor, *others), bound = cursors, sa.bindparam("low", low)
        if not others:  # so that the database may use an index
            return sa.or_(cursor >= bound, self._is_empty(cursor, low))
        known = sa.func.coalesce(*(sa.case((sa.not_(self._is_empty(one, low)), one)) for one in cursors))
        return sa.or_(known >= bound, known.is_(None))

    def _is_empty(self, cursor: sa.ColumnElement, low: Any) -> sa.ColumnElement[bool]:
        return sa.or_(cursor.is_(None), cursor == "") if isinstance(low, str) else cursor.is_(None)

    def _fetching(self, result: sa.CursorResult) -> Callable[[int], Sequence[Sequence[Any]]]:
        """How the next rows are fetched. The driver's cursor may not be read past the rows that SQLAlchemy buffers."""
        return result.fetchmany

    def batches(self, mapping: EntityMapping, names: list[str], low: Any = None) -> Iterator[pa.Table]:
        """The rows as raw Arrow tables; from the lower bound of the cursor on, when one is given."""
        origin = self.origin(mapping)
        result = self._connection.execute(self._statement(mapping, names, low))
        try:
            position = 0
            fetch = self._fetching(result)
            waiting: list[pa.Table] = []
            first, at_once = 0, ROWS_AT_FIRST
            while rows := fetch(at_once):
                some = batch(len(names), rows, position, origin)
                waiting.append(some)
                position += len(rows)
                at_once = max(min(ROWS_AT_ONCE, 2 * at_once, BYTES_AT_ONCE * len(rows) // (some.nbytes + 1)), 1)
                if position - first >= BATCH_ROWS or sum(table.nbytes for table in waiting) >= BATCH_BYTES:
                    yield from merged(waiting)
                    waiting, first = [], position
            yield from merged(waiting)
        finally:
            result.close()


def _escaped(text: str) -> str:
    """A colon in the user's SQL is a colon, not a parameter."""
    return text.replace(":", "\\:")


def _declared_scale(kind: sa.types.TypeEngine) -> int | None:
    if isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float):
        return kind.scale
    return None
