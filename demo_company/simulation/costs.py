"""What a customer costs directly: freight, commission, parts, and the rebate that large customers get for a year."""

import numpy as np

from demo_company.days import Calendar, day_of, moment, month_shift
from demo_company.draws import Draws
from demo_company.rows import NULL, Rows, group_sum, stack

FREIGHT, COMMISSION, PARTS, REBATE = "FRT", "COM", "PRT", "REB"
REBATE_SIZE, REBATE_PERMILLE = 2.2, 12  # who gets one, and how much of what the year billed


def make_costs(parties: Rows, invoices: Rows, tickets: Rows, partner: int, calendar: Calendar, draws: Draws) -> Rows:
    """One row per direct cost in ledger cents: party, second (code), day, kind, amount."""
    count = len(invoices)
    goods = (invoices.order != NULL) & (invoices.cancelled == NULL)
    sent = np.flatnonzero(goods & draws.chance("cost.freight", 0.30, count))
    freight = invoices.ledger_net[sent] * draws.whole("cost.share", 8, 26, count)[sent] // 1000
    through = np.flatnonzero(goods & (parties.channel[invoices.party] == partner))
    commission = invoices.ledger_net[through] * 3 // 100
    fixed = np.flatnonzero(tickets.parts & tickets.answered & (tickets.reach != 3))
    parts = draws.whole("cost.parts", 40, 900, len(tickets))[fixed] * 100

    def rows(
        party: np.ndarray, second: np.ndarray, day: np.ndarray, kind: str, amount: np.ndarray, known: np.ndarray
    ) -> Rows:
        name = np.empty(len(party), dtype=object)
        name[:] = kind
        made = np.maximum(moment(day, 20 * 3600), known + 60)
        return Rows(party=party, second=second, day=day, kind=name, amount=amount, made=made)

    all_rows = stack(
        rows(invoices.party[sent], invoices.second[sent], invoices.date[sent], FREIGHT, freight, invoices.posted[sent]),
        rows(
            invoices.party[through],
            invoices.second[through],
            invoices.date[through] + 5,
            COMMISSION,
            commission,
            invoices.posted[through],
        ),
        rows(
            tickets.party[fixed],
            np.zeros(len(fixed), dtype=bool),
            day_of(tickets.replied)[fixed],
            PARTS,
            parts,
            tickets.replied[fixed],
        ),
        *(rows(*bonus) for bonus in rebates(parties, invoices, calendar)),
    )
    all_rows = all_rows.take(all_rows.amount > 0)
    return all_rows.by_time("made", "party")


def rebates(parties: Rows, invoices: Rows, calendar: Calendar) -> list[tuple]:
    """In the middle of January, a share of what the year before billed, to those large enough to ask for it."""
    found = []
    for year in sorted({day.year for day in calendar.dates}):
        first = np.array([f"{year}-01-01"], dtype="datetime64[D]").astype(np.int64)
        within = (invoices.date >= first) & (invoices.date < month_shift(first, 12)) & (invoices.cancelled == NULL)
        billed = group_sum(invoices.party[within], invoices.ledger_net[within], len(parties))
        party = np.flatnonzero((parties.size > REBATE_SIZE) & np.isnan(parties.margin) & (billed > 0))
        day = np.repeat(month_shift(first, 12) + 14, len(party))
        amount = billed[party] * REBATE_PERMILLE // 1000
        found.append((party, np.zeros(len(party), dtype=bool), day, REBATE, amount, moment(day, 0)))
    return found
