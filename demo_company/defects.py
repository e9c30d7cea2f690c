"""The kinds of dirt: which table, which rows, what is done to them, which kind of rule should notice."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from demo_company.rows import NULL, Rows

Change = Callable[[Rows, int, dict], None]


@dataclass(frozen=True)
class Defect:
    """``column`` is the contract's column; ``change`` spoils one row of the table's snapshot."""

    name: str
    database: str
    table: str
    entity: str
    key: str
    column: str
    description: str
    expected_rule: str
    change: Change
    known: Callable[[Rows], np.ndarray]
    count: int = 2  # in a company of 3,000 customers; fewer in smaller ones
    at_least: int = 1
    money: str = ""
    fits: Callable[[Rows], np.ndarray] | None = None  # by what never changes, so that a choice stays
    lasting: bool = False
    business_only: bool = False

    def number(self, rows: Rows) -> np.ndarray:
        """A whole number per row that depends on its key alone."""
        key = rows.columns[self.key]
        if key.dtype != object:
            return key
        return np.array([int("".join(c for c in k if c.isdigit()) or 0) for k in key.tolist()], dtype=np.int64)


def put(column: str, value: object) -> Change:
    """Sets one cell."""

    def change(rows: Rows, position: int, tables: dict) -> None:
        rows.columns[column] = rows.columns[column].copy()
        rows.columns[column][position] = value

    return change


def negate(*columns: str) -> Change:
    def change(rows: Rows, position: int, tables: dict) -> None:
        for column in columns:
            put(column, -rows.columns[column][position])(rows, position, tables)

    return change


def again(columns: dict[str, object]) -> Change:
    """Adds a copy of the row with these cells changed (a whole number is added to, text replaces)."""

    def change(rows: Rows, position: int, tables: dict) -> None:
        for name, values in rows.columns.items():
            value = values[position]
            if name in columns:
                other = columns[name]
                value = value + other if isinstance(other, int) else other.format(value)
            grown = np.empty(len(values) + 1, dtype=values.dtype)
            grown[:-1], grown[-1] = values, value
            rows.columns[name] = grown

    return change


def created(column: str) -> Callable[[Rows], np.ndarray]:
    return lambda rows: rows.columns[column]


def of_day(column: str) -> Callable[[Rows], np.ndarray]:
    """A moment out of a day column."""
    return lambda rows: np.where(rows.columns[column] == NULL, NULL, rows.columns[column] * 86_400)


def cny(rows: Rows) -> np.ndarray:
    return rows.waers == "CNY"
