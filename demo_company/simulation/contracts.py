"""Recurring service contracts: terms of a year, amended, renewed, ended with the customer, taken up when he is back."""

import numpy as np

from demo_company.days import NEVER, Calendar, month_shift
from demo_company.draws import Draws
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, full, maybe, stack

MONTHLY, QUARTERLY = 1, 3
TERM = 12
DECIDED = 24  # days before the end of a term
AMENDED_AFTER = 6  # months of a term
SECOND_LIFE = 50  # number of the first term of a customer who came back
COLUMNS = (
    "party", "starts", "ends", "value", "basis", "billing", "cycle", "cancelled", "previous", "is_amendment",
    "replaced", "old_value", "signed", "renewed_from", "amends",
)  # fmt: skip


def end_of_life(spells: Rows, count: int) -> np.ndarray:
    """The day on which each party left for the first time (NEVER: has not)."""
    end = np.full(count, NEVER)
    np.minimum.at(end, spells.party, spells.end)
    return end


def second_lives(spells: Rows, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The day on which each party came back for the first time, and that on which it left again (NEVER: not)."""
    later = spells.take(spells.start > left[spells.party])
    back, gone = np.full(len(left), NEVER), np.full(len(left), NEVER)
    np.minimum.at(back, later.party, later.start)
    first = later.take(later.start == back[later.party])
    gone[first.party] = first.end
    return back, gone


def make_contracts(plan: Plan, parties: Rows, old: int, spells: Rows, calendar: Calendar, draws: Draws) -> Rows:
    """One row per contract term: party, starts, ends, month_value (cents a month), basis, renewed_from, cancelled.

    An amendment is a row of its own: from its first day it stands in the place of the row that it ``amends``.
    """
    count = len(parties)
    left = end_of_life(spells, count)
    back, gone = second_lives(spells, left)
    holder = parties.has_contract & (parties.start < NEVER)
    begin = np.where(np.arange(count) < old, calendar.first - draws.whole("contract.age", 0, 340, count),
                     np.where(holder, parties.start, 0) + draws.whole("contract.wait", 10, 200, count))  # fmt: skip
    value = plan.settings["contract_month_value"] * parties.size * np.exp(0.4 * draws.normal("contract.value", count))
    value = np.maximum(np.round(value / 50), 1).astype(np.int64) * 5000
    terms = lifetime(holder, begin, left, value, 0, calendar, draws)
    returned = holder & (back < NEVER) & draws.chance("contract.again", 0.7, count)
    returned[np.setdiff1d(np.arange(count), np.concatenate([t.party for t in terms] or [np.zeros(0, int)]))] = False
    again = np.where(returned, back, 0) + draws.whole("contract.again_wait", 35, 90, count)
    terms += lifetime(returned, again, gone, value, SECOND_LIFE, calendar, draws)
    if not terms:
        return Rows(**dict.fromkeys(COLUMNS, np.zeros(0, dtype=np.int64)))
    rows = stack(*terms)
    rows.add(
        basis=np.where(rows.is_amendment, 0, draws.choice("contract.basis", [0.55, 0.25, 0.20], count)[rows.party]),
        billing=np.where(draws.chance("contract.quarterly", 0.45, count), QUARTERLY, MONTHLY)[rows.party],
        signed=rows.starts - draws.whole("contract.signed", 4, 24, count)[rows.party],
    )
    return link_terms(rows.by_time("signed"))


def lifetime(
    holder: np.ndarray, begin: np.ndarray, left: np.ndarray, value: np.ndarray, cycle: int, calendar: Calendar,
    draws: Draws,
) -> list[Rows]:  # fmt: skip
    """The terms from ``begin`` until the party left; cycle by cycle, one array over all parties each."""
    count = len(holder)
    starts = month_shift(begin, 1)
    terms, previous = [], full(count, NULL)
    going = holder & (starts < left)
    # A renewal is decided 24 days before the term ends, so terms that start a little later are known already.
    while (going & (starts < calendar.last + 30)).any():
        ends = month_shift(starts, TERM) - 1
        cancelled = np.where(left < ends - 60, left, NULL)
        middle = month_shift(starts, AMENDED_AFTER)
        amended = going & draws.chance("contract.amend", 0.07, count, cycle) & (left > middle + 45)
        change = np.where(draws.chance("contract.amend_up", 0.7, count, cycle), 1.25, 0.8)
        new_value = np.where(amended, np.maximum(np.round(value * change / 5000), 1).astype(np.int64) * 5000, value)

        def rows(mine: np.ndarray, **columns: np.ndarray) -> Rows:
            party = np.flatnonzero(mine)
            return Rows(party=party, cycle=full(len(party), cycle), **{n: c[party] for n, c in columns.items()})  # noqa: B023

        terms += [
            rows(going, starts=starts, ends=ends, value=value, old_value=value, previous=previous,
                 cancelled=np.where(amended, NULL, cancelled), is_amendment=np.zeros(count, dtype=bool),
                 replaced=maybe(amended, middle)),
            rows(amended, starts=middle, ends=ends, value=new_value, old_value=value, previous=full(count, NULL),
                 cancelled=cancelled, is_amendment=np.ones(count, dtype=bool), replaced=full(count, NULL)),
        ]  # fmt: skip
        renews = going & (left > ends - DECIDED) & draws.chance("contract.renew", 0.90, count, cycle)
        step = 0.94 + 0.22 * draws.uniform("contract.step", count, cycle)
        step = np.where(draws.chance("contract.same", 0.35, count, cycle), 1.0, step)
        value = np.maximum(np.round(new_value * step / 5000).astype(np.int64), 1) * 5000
        previous = np.where(going, cycle, NULL)
        going, starts, cycle = renews, month_shift(starts, TERM), cycle + 1
    return terms


def link_terms(rows: Rows) -> Rows:
    """Positions of the row that each term renews (its last amendment) and that each amendment amends; NULL for none."""
    first, last = {}, {}
    keys = list(zip(rows.party.tolist(), rows.cycle.tolist(), strict=True))
    for position, (key, is_amendment) in enumerate(zip(keys, rows.is_amendment.tolist(), strict=True)):
        last[key] = position if is_amendment or key not in last else last[key]
        if not is_amendment:
            first[key] = position
    previous = zip(rows.party.tolist(), rows.previous.tolist(), strict=True)
    amends = [first[key] if x else NULL for key, x in zip(keys, rows.is_amendment.tolist(), strict=True)]
    return rows.add(
        renewed_from=np.array([NULL if c == NULL else last[p, c] for p, c in previous], dtype=np.int64),
        amends=np.array(amends, dtype=np.int64),
    )


def contract_bills(contracts: Rows, calendar: Calendar) -> Rows:
    """What is billed for contracts: contract, date (first of the period), months, net (document cents)."""
    parts = []
    for month in range(TERM):
        due = (month % contracts.billing) == 0
        day = month_shift(contracts.starts, month) if len(contracts) else contracts.starts
        stop = np.where(contracts.cancelled == NULL, NEVER, contracts.cancelled)
        stop = np.minimum(stop, np.where(contracts.replaced == NULL, NEVER, contracts.replaced))
        due &= (day >= calendar.first) & (day < stop) & (day < calendar.last) & (day <= contracts.ends)
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
