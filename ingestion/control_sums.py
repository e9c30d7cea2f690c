"""Rows and control sums of a load, twice: by the database itself over what the load reads, and over what arrived.

The database counts and sums in the same snapshot, with nothing of the mapping but its exact factor. It does so
where it can do so exactly: over whole numbers and decimals; in SQLite over numbers with as many decimals as their
column declares. Amounts whose sign the mapping may turn (credit notes) are summed without their signs.
"""

from dataclasses import dataclass, field
from decimal import Decimal, localcontext

import duckdb
import sqlalchemy as sa

from ingestion.column_plan import ColumnPlan
from ingestion.mapping_sql import CREDITED
from ingestion.sources import EntityMapping
from warehouse.raw_manifest import ControlSum

DECIMALS = 4  # of money in the contract


@dataclass(frozen=True)
class Measured:
    """What the source says: its rows, and the sum per contract column in the contract's unit."""

    rows: int
    sums: dict[str, Decimal] = field(default_factory=dict)


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


def _is_exact(kind: sa.types.TypeEngine | None) -> bool:
    return isinstance(kind, sa.Integer | sa.Numeric) and not isinstance(kind, sa.Float)


def _in_sqlite(column: sa.ColumnElement, decimals: int, signed: bool) -> list[sa.ColumnElement]:
    """The sum in units of the last decimal, and how many values cannot be summed so."""
    units = sa.cast(column, sa.Float) * 10**decimals
    even = sa.and_(
        sa.func.typeof(column).in_(["integer", "real"]),
        sa.func.abs(units - sa.func.round(units)) <= 0.001,
        sa.func.abs(units) < 2**53,
    )
    whole = sa.cast(sa.func.round(units if signed else sa.func.abs(units)), sa.BigInteger)
    odd = sa.case((sa.and_(column.is_not(None), sa.not_(even)), 1))
    return [sa.func.sum(sa.case((even, whole))), sa.func.count(odd)]


def _plain(total: Decimal) -> Decimal:
    """Without zeros at the end, so that people see the amount."""
    with localcontext(prec=100):  # sums of numbers with 38 digits
        return total.quantize(Decimal(1)) if total == total.to_integral_value() else total.normalize()


def measure(
    connection: sa.Connection,
    statement: sa.Select,
    kinds: dict[str, sa.types.TypeEngine],
    mapping: EntityMapping,
    plan: ColumnPlan,
) -> Measured:
    """Rows and sums of `statement`, which selects the columns of the plan; `kinds` are the table's column types."""
    rows = statement.subquery("rows_read")
    by_name = {name.casefold(): column for name, column in zip(plan.wanted, rows.c, strict=True)}
    wanted, places = [sa.func.count()], {}
    is_sqlite = connection.dialect.name == "sqlite"
    for name, source in _money(mapping, plan).items():
        column, signed = by_name[source.casefold()], _has_signs(mapping, name)
        decimals = DECIMALS if name in mapping.spec.units else plan.scales.get(name, DECIMALS)
        if is_sqlite:
            wanted += _in_sqlite(column, decimals, signed)
            places[name] = (len(wanted) - 2, decimals)
        elif _is_exact(kinds.get(source)):
            wanted.append(sa.func.sum(column if signed else sa.func.abs(column)))
            places[name] = (len(wanted) - 1, 0)
    found = connection.execute(sa.select(*wanted).select_from(rows)).one()
    sums = {}
    for name, (place, decimals) in places.items():
        if is_sqlite and found[place + 1]:
            continue
        total = Decimal(found[place] or 0)
        if total.is_finite():
            sums[name] = total.scaleb(-decimals) * mapping.spec.units.get(name, Decimal(1))
    return Measured(found[0], sums)


def compare_sums(
    connection: duckdb.DuckDBPyConnection, mapping: EntityMapping, measured: Measured
) -> dict[str, ControlSum]:
    """The source's sums beside those of the relation `incoming`, with what was rejected of each column."""
    sums = {}
    for name, total in measured.sums.items():
        value = f'"{name}"' if _has_signs(mapping, name) else f'abs("{name}")'
        text = f"json_extract_string(_rejected, '$.{name}')"
        read, rejected = connection.execute(f"select coalesce(sum({value}), 0), count({text}) from incoming").fetchone()
        sums[name] = ControlSum(source=_plain(total), read=_plain(Decimal(read)), rejected_values=rejected)
    return sums
