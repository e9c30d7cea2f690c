"""Columns of equal length, and the one way to say 'null' in an integer column."""

import numpy as np

NULL = np.iinfo(np.int64).min


class Rows:
    """A small column store: int64 (NULL = null), bool, float64 or object (None = null) arrays of one length."""

    def __init__(self, **columns: np.ndarray) -> None:
        self.columns = columns

    def __getattr__(self, name: str) -> np.ndarray:
        try:
            return self.__dict__["columns"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def add(self, **columns: np.ndarray) -> "Rows":
        self.columns.update(columns)
        return self

    def take(self, index: np.ndarray) -> "Rows":
        """Rows at these positions, or where this mask is true."""
        return Rows(**{name: values[index] for name, values in self.columns.items()})

    def by_time(self, *times: str) -> "Rows":
        """Sorted by these columns; ties keep their order."""
        return self.take(np.lexsort([self.columns[t] for t in reversed(times)]))


def stack(*parts: Rows) -> Rows:
    """The rows of all parts one after the other; all have the same columns."""
    return Rows(**{name: np.concatenate([p.columns[name] for p in parts]) for name in parts[0].columns})


def full(count: int, value: int | float | bool | str | None) -> np.ndarray:
    """A constant column."""
    if value is None or isinstance(value, str):
        column = np.empty(count, dtype=object)
        column[:] = value
        return column
    return np.full(count, value)


def texts(values: list) -> np.ndarray:
    """A text column out of a list of str and None."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def maybe(mask: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The values where the mask is true, null elsewhere."""
    return np.where(mask, values, None if values.dtype == object else NULL)


def latest(cut: int, *times: np.ndarray) -> np.ndarray:
    """The greatest of these times that lies before the cut; NULL where none does."""
    best = np.full(len(times[0]), NULL)
    for time in times:
        best = np.maximum(best, np.where(time < cut, time, NULL))
    return best


def known(cut: int, time: np.ndarray) -> np.ndarray:
    """Has this happened before the cut? (NULL: it never happens)"""
    return (time != NULL) & (time < cut)


def group_sum(group: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """Exact integer sums per group number."""
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, group, values)
    return total
