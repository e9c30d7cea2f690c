"""Exchange rates to the ledger's currency, and money converted with them."""

import numpy as np

from demo_company.days import Calendar
from demo_company.draws import Draws
from demo_company.rows import Rows, texts

RATES_BEFORE = 400  # days; the oldest contract was signed less than 370 days before the first simulated day


def rates_of(calendar: Calendar, draws: Draws) -> Rows:
    """Rates to CNY on working days, in ten-thousandths; a random walk forth and back from ten days before the start.

    They begin before the oldest contract was signed, so that nothing abroad lacks a rate.
    """
    first = calendar.first - 10
    day = np.arange(first - RATES_BEFORE, calendar.last)
    open_day = (day + 3) % 7 < 5
    parts = []
    for currency, start in (("USD", 7.12), ("EUR", 7.74)):
        before = np.cumsum(draws.normal(f"rate.before.{currency}", RATES_BEFORE) * 0.0022)[::-1]
        after = np.cumsum(draws.normal(f"rate.{currency}", calendar.last - first) * 0.0022)
        walk = np.exp(np.concatenate([before, after]))
        rate = np.round(start * np.clip(walk, 0.85, 1.18) * 10_000).astype(np.int64)
        parts.append((currency, rate))
    return Rows(
        day=np.concatenate([day[open_day]] * 2),
        currency=texts([p[0] for p in parts for _ in range(int(open_day.sum()))]),
        rate=np.concatenate([p[1][open_day] for p in parts]),
    )


def rate_on(rates: Rows, currency: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Ten-thousandths of CNY per unit: the latest rate on or before the day; CNY is 10,000."""
    result = np.full(len(day), 10_000, dtype=np.int64)
    for code in ("USD", "EUR"):
        mine = rates.currency == code
        here = currency == code
        if here.any():
            position = np.searchsorted(rates.day[mine], day[here], side="right") - 1
            result[here] = rates.rate[mine][np.maximum(position, 0)]
    return result


def to_ledger(cents: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Document cents times rate, rounded half away from zero to ledger cents."""
    product = np.abs(cents) * rate
    return np.sign(cents) * ((product + 5_000) // 10_000)
