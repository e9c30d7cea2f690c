"""Rows and control sums of a load, twice: by the database itself over what the load reads, and over what arrived.

The database counts and sums in the same snapshot, with nothing of the mapping but its exact factor. It does so
where it can do so exactly: over whole numbers and decimals; in SQLite over numbers with as many decimals as their
column declares. SQLite is asked for a quick sum first, which only a value with more decimals can make wrong, and
value by value where that is not what arrived. Amounts whose sign the mapping may turn (credit notes) are summed
without their signs.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

import duckdb
import sqlalchemy as sa

from ingestion import sqlite_sums
from ingestion.column_plan import ColumnPlan
from ingestion.mapping_sql import CREDITED
from ingestion.sources import EntityMapping
from warehouse.raw_manifest import ControlSum

DECIMALS = 4  # of money in the contract


@dataclass(frozen=True)
class Measured:
    """What the source says: its rows, and the sum per contract column in the contract's unit.

    ``quick`` names the columns that were not summed value by value though they may need it.
    """

    rows: int
    sums: dict[str, Decimal] = field(default_factory=dict)
    quick: tuple[str, ...] = ()

    def doubtful(self, compared: dict[str, ControlSum]) -> list[str]:
        """The quick columns that have no sum, or another one than what arrived."""
        return [name for name in self.quick if name not in compared or compared[name].source != compared[name].read]


def _money(mapping: EntityMapping, plan: ColumnPlan) -> dict[str, str]:
    """Contract column -> source column, of money that is carried as it is or by an exact factor."""
    spec = mapping.spec
    return {
        name: plan.contract[name]
        for name, column in mapping.entity.columns.items()
        if column.type == "money"
        and name in plan.contract
        and not {name} & (spec.values.keys() | spec.scales.keys() | spec.formats.keys())
    }


def _has_signs(mapping: EntityMapping, name: str) -> bool:
    return not (mapping.entity.entity == "erp_invoices" and name in CREDITED)


def is_exact(kind: sa.types.TypeEngine | None) -> bool:
    """Whether a database sums a column of this type without bending a digit."""
    return isinstance(kind, sa.Integer | sa.Numeric) and not isinstance(kind, sa.Float)


def _plain(total: Decimal) -> Decimal:
    """Without zeros at the end, so that people see the amount."""
    with localcontext(prec=100):  # sums of numbers with 38 digits
        return total.quantize(Decimal(1)) if total == total.to_integral_value() else total.normalize()


def measure(
    connection: sa.Connection, statement: sa.Select, summable: Collection[str], mapping: EntityMapping, plan: ColumnPlan
) -> Measured:
    """Rows and sums of `statement`, which selects the columns of the plan.

    `summable` are the source columns that the database sums exactly; SQLite, which has no such, is asked for all.
    """
    rows, by_name = _read(statement, plan)
    is_sqlite = connection.dialect.name == "sqlite"
    money = {name: source for name, source in _money(mapping, plan).items() if is_sqlite or source in summable}
    wanted: list[sa.ColumnElement] = [sa.func.count()]
    for name, source in money.items():
        column, signed = by_name[source.casefold()], _has_signs(mapping, name)
        if is_sqlite:
            wanted.append(sqlite_sums.quickly(column, _decimals(mapping, plan, name), signed))
        else:
            wanted.append(sa.func.sum(column if signed else sa.func.abs(column)))
    count, *found = connection.execute(sa.select(*wanted).select_from(rows)).one()
    sums = {}
    for name, value in zip(money, found, strict=True):
        total = sqlite_sums.quick_sum(value, _decimals(mapping, plan, name)) if is_sqlite else Decimal(value or 0)
        if total is not None and total.is_finite():
            sums[name] = total * mapping.spec.units.get(name, Decimal(1))
    return Measured(count, sums, tuple(money) if is_sqlite else ())


def measure_carefully(
    connection: sa.Connection, statement: sa.Select, mapping: EntityMapping, plan: ColumnPlan, names: list[str]
) -> dict[str, Decimal]:
    """The sums of these contract columns of a SQLite table, value by value; none of one that holds an odd value."""
    rows, by_name = _read(statement, plan)
    wanted = []
    for name in names:
        column = by_name[plan.contract[name].casefold()]
        wanted += sqlite_sums.carefully(column, _decimals(mapping, plan, name), _has_signs(mapping, name))
    found = connection.execute(sa.select(*wanted).select_from(rows)).one()
    sums = {}
    for number, name in enumerate(names):
        total = sqlite_sums.careful_sum(*found[3 * number : 3 * number + 3], _decimals(mapping, plan, name))
        if total is not None:
            sums[name] = total * mapping.spec.units.get(name, Decimal(1))
    return sums


def _read(statement: sa.Select, plan: ColumnPlan) -> tuple[sa.Subquery, dict[str, sa.ColumnElement]]:
    rows = statement.subquery("rows_read")
    return rows, {name.casefold(): column for name, column in zip(plan.wanted, rows.c, strict=True)}


def _decimals(mapping: EntityMapping, plan: ColumnPlan, name: str) -> int:
    return DECIMALS if name in mapping.spec.units else plan.scales.get(name, DECIMALS)


def compare_sums(
    connection: duckdb.DuckDBPyConnection, mapping: EntityMapping, measured: Measured
) -> tuple[int, dict[str, ControlSum]]:
    """Rows of the relation `incoming`, and its sums beside the source's, with what was rejected of each column."""
    wanted = ["count(*)"]
    for name in measured.sums:
        value = f'"{name}"' if _has_signs(mapping, name) else f'abs("{name}")'
        wanted.append(f"coalesce(sum({value}), 0), count(json_extract_string(_rejected, '$.{name}'))")
    rows, *found = connection.execute(f"select {', '.join(wanted)} from incoming").fetchone()
    return rows, {
        name: ControlSum(source=_plain(total), read=_plain(Decimal(read)), rejected_values=rejected)
        for (name, total), read, rejected in zip(measured.sums.items(), found[::2], found[1::2], strict=True)
    }
