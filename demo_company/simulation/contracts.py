"""Recurring service contracts: terms of a year, renewed, grown, shrunk or ended with the customer."""

import numpy as np

from demo_company.days import NEVER, Calendar, month_shift
from demo_company.draws import Draws
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, full, stack

MONTHLY, QUARTERLY = 1, 3
TERM = 12
DECIDED = 24  # days before the end of a term


def end_of_life(spells: Rows, count: int) -> np.ndarray:
    """The day on which each party left for the first time (NEVER: has not)."""
    end = np.full(count, NEVER)
    np.minimum.at(end, spells.party, spells.end)
    return end


def make_contracts(plan: Plan, parties: Rows, old: int, left: np.ndarray, calendar: Calendar, draws: Draws) -> Rows:
    """One row per contract term: party, starts, ends, month_value (cents a month), basis, renewed_from, cancelled.

    ``left`` is the day on which the party left. Terms are built cycle by cycle, one array over all parties each.
    """
    count = len(parties)
    holder = parties.has_contract & (parties.start < NEVER)
    begin = np.where(np.arange(count) < old, calendar.first - draws.whole("contract.age", 0, 340, count),
                     np.where(holder, parties.start, 0) + draws.whole("contract.wait", 10, 200, count))  # fmt: skip
    starts = month_shift(begin, 1)
    value = plan.settings["contract_month_value"] * parties.size * np.exp(0.4 * draws.normal("contract.value", count))
    value = np.maximum(np.round(value / 50), 1).astype(np.int64) * 5000
    basis = draws.choice("contract.basis", [0.55, 0.25, 0.20], count)
    billing = np.where(draws.chance("contract.quarterly", 0.45, count), QUARTERLY, MONTHLY)
    terms, previous = [], full(count, NULL)
    going = holder & (starts < left)
    cycle = 0
    # A renewal is decided 24 days before the term ends, so terms that start a little later are known already.
    while (going & (starts < calendar.last + 30)).any():
        ends = month_shift(starts, TERM) - 1
        broken = left < ends - 60
        party = np.flatnonzero(going)
        terms.append(
            Rows(
                party=party,
                starts=starts[party],
                ends=ends[party],
                value=value[party],
                basis=basis[party],
                billing=billing[party],
                cycle=full(len(party), cycle),
                cancelled=np.where(broken, left, NULL)[party],
                previous=previous[party],
            )
        )
        renews = going & (left > ends - DECIDED) & draws.chance("contract.renew", 0.90, count, cycle)
        step = 0.94 + 0.22 * draws.uniform("contract.step", count, cycle)
        step = np.where(draws.chance("contract.same", 0.35, count, cycle), 1.0, step)
        value = np.maximum(np.round(value * step / 5000).astype(np.int64), 1) * 5000
        previous = np.where(going, cycle, NULL)
        going, starts, cycle = renews, month_shift(starts, TERM), cycle + 1
    if not terms:
        empty = np.zeros(0, dtype=np.int64)
        names = ("party", "starts", "ends", "value", "basis", "billing", "cycle", "cancelled", "previous", "signed")
        return Rows(**dict.fromkeys(names, empty), renewed_from=empty)
    rows = stack(*terms)
    lead_time = draws.whole("contract.signed", 4, 24, count)[rows.party]
    rows.add(signed=rows.starts - lead_time)
    rows = rows.by_time("signed")
    return rows.add(renewed_from=link_terms(rows))


def link_terms(rows: Rows) -> np.ndarray:
    """Position of the term that each term renews; NULL for a first one."""
    key = {(p, c): i for i, (p, c) in enumerate(zip(rows.party.tolist(), rows.cycle.tolist(), strict=True))}
    pairs = zip(rows.party.tolist(), rows.previous.tolist(), strict=True)
    return np.array([NULL if c == NULL else key[p, c] for p, c in pairs], dtype=np.int64)


def contract_bills(contracts: Rows, calendar: Calendar) -> Rows:
    """What is billed for contracts: contract, date (first of the period), months, net (document cents)."""
    parts = []
    for month in range(TERM):
        due = (month % contracts.billing) == 0
        day = month_shift(contracts.starts, month) if len(contracts) else contracts.starts
        stop = np.where(contracts.cancelled == NULL, NEVER, contracts.cancelled)
        due &= (day >= calendar.first) & (day < stop) & (day < calendar.last)
        index = np.flatnonzero(due)
        parts.append(
            Rows(
                contract=index,
                day=day[index],
                months=contracts.billing[index],
                net=contracts.value[index] * contracts.billing[index],
            )
        )
    return stack(*parts).by_time("day", "contract")
