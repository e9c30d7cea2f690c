"""Days, months and moments. A day is a count of local days since 1970-01-01, a moment a count of UTC seconds."""

from datetime import date, timedelta

import numpy as np

from demo_company.rows import NULL

EPOCH = date(1970, 1, 1)
SECONDS = 86_400
OFFSET = 8 * 3600  # Asia/Shanghai, without daylight saving in the simulated years
NEVER = np.int64(2**61)


def number(day: date) -> int:
    return (day - EPOCH).days


def to_date(day: int) -> date:
    return EPOCH + timedelta(days=int(day))


def moment(day: np.ndarray, second: np.ndarray | int) -> np.ndarray:
    """UTC seconds of this local day and second of the day."""
    return np.asarray(day, dtype=np.int64) * SECONDS + second - OFFSET


def day_of(time: np.ndarray) -> np.ndarray:
    """The local day of a moment (NULL stays NULL)."""
    return np.where(time == NULL, NULL, (time + OFFSET) // SECONDS)


def workday(day: np.ndarray) -> np.ndarray:
    """This day, or the Monday after it when it is a weekend."""
    weekday = (day + 3) % 7
    return np.where(weekday >= 5, day + 7 - weekday, day)


def office(uniform: np.ndarray) -> np.ndarray:
    """A second of the day between 09:00 and 18:00."""
    return (9 * 3600 + uniform * 9 * 3600).astype(np.int64)


def month_shift(start: np.ndarray, months: int) -> np.ndarray:
    """The first day of the month so many months on."""
    month = start.astype("datetime64[D]").astype("datetime64[M]") + months
    return month.astype("datetime64[D]").astype(np.int64)


class Calendar:
    """The simulated months: from the plan's first day to the end of the month of the as-of day."""

    def __init__(self, first_day: date, as_of: date, season: list[float] | None = None) -> None:
        self.as_of = number(as_of)
        self.cut = int(moment(np.int64(self.as_of + 1), 0))  # what happens before this moment is known
        count = (as_of.year - first_day.year) * 12 + as_of.month - first_day.month + 1
        firsts = []
        for k in range(count + 1):
            index = first_day.year * 12 + first_day.month - 1 + k
            firsts.append(date(index // 12, index % 12 + 1, 1))
        self.dates = firsts[:-1]
        self.edges = np.array([number(d) for d in firsts])
        self.start = self.edges[:-1]
        self.end = self.edges[1:]
        self.season = np.array(season or [1.0] * 12)[[d.month - 1 for d in firsts[:-1]]]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def first(self) -> int:
        return int(self.start[0])

    @property
    def last(self) -> int:
        """The day after the last simulated one."""
        return int(self.end[-1])

    def month_of(self, day: np.ndarray) -> np.ndarray:
        """Index of the month that holds this day (days beyond the end: the month after the last)."""
        return np.searchsorted(self.edges, day, side="right") - 1
