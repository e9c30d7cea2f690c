"""What really happened to one chunk of customers, told by the simulation itself and not by the databases."""

import numpy as np

from demo_company.days import NEVER, SECONDS, Calendar, day_of, moment, to_date
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, group_sum, known
from demo_company.simulation.chunk import Chunk
from demo_company.simulation.ledger import COGS, RECEIVABLE, REVENUE
from demo_company.simulation.life import REASONS
from demo_company.simulation.orders import golden_parties
from demo_company.tables import keys
from demo_company.tables.crm_parties import account_times
from demo_company.world import WON

LINKS = ["account_id", "erp_code", "tax_id", "name", "email", "not_exactly"]
RULES = ("b2b_project", "b2b_contract", "b2c")


def month_sums(calendar: Calendar, party: np.ndarray, day: np.ndarray, amount: np.ndarray, parties: int) -> np.ndarray:
    """Cents per party and month, exact."""
    months = len(calendar)
    month = calendar.month_of(day)
    inside = (month >= 0) & (month < months)
    flat = group_sum(party[inside] * months + month[inside], amount[inside], parties * months)
    return flat.reshape(parties, months)


def money(chunk: Chunk, calendar: Calendar) -> dict[str, np.ndarray]:
    """Cents per party and month: revenue and cogs as posted, billed, collected, receivable at the month's end."""
    count, cut = len(chunk.parties), calendar.cut
    gl = chunk.gl.take((chunk.gl.made < cut) & (chunk.gl.party != NULL))
    invoices = chunk.invoices.take(chunk.invoices.posted < cut)
    gone = invoices.take((invoices.cancelled != NULL) & (moment(invoices.cancelled, 12 * 3600) < cut))
    credits = chunk.credits.take(chunk.credits.made < cut)
    payments = chunk.payments.take(chunk.payments.made < cut)
    recalled = payments.take((payments.cancelled != NULL) & (moment(payments.cancelled, 16 * 3600) < cut))

    def sums(rows: Rows, day: np.ndarray, amount: np.ndarray) -> np.ndarray:
        return month_sums(calendar, rows.party, day, amount, count)

    def posted(*accounts: int) -> np.ndarray:
        mine = gl.take(np.isin(gl.account, accounts))
        return sums(mine, mine.day, mine.amount)

    return {
        "revenue": -posted(*REVENUE),
        "cogs": posted(COGS),
        "billed_net": sums(invoices, invoices.date, invoices.ledger_net)
        - sums(gone, gone.cancelled, gone.ledger_net)
        - sums(credits, credits.date, credits.ledger_net),
        "billed_gross": sums(invoices, invoices.date, invoices.ledger_gross)
        - sums(gone, gone.cancelled, gone.ledger_gross)
        - sums(credits, credits.date, credits.ledger_gross),
        "collected": sums(payments, payments.day, payments.ledger)
        - sums(recalled, recalled.cancelled, recalled.ledger),
        "receivable_closing": np.cumsum(posted(RECEIVABLE), axis=1),
    }


def receivable_by_day(chunk: Chunk, calendar: Calendar) -> np.ndarray:
    """Change of the total receivable per day, in cents, from the first day to the as-of day."""
    gl = chunk.gl.take((chunk.gl.made < calendar.cut) & (chunk.gl.account == RECEIVABLE))
    days = calendar.as_of - calendar.first + 1
    inside = (gl.day >= calendar.first) & (gl.day <= calendar.as_of)
    return group_sum(gl.day[inside] - calendar.first, gl.amount[inside], days)


def active(chunk: Chunk, calendar: Calendar) -> list[tuple[int, str, np.ndarray]]:
    """(last day of the month or the as-of day, rule, parties active on it) under each profile's rule."""
    cut = calendar.cut
    inv = chunk.invoices.take((chunk.invoices.posted < cut) & ~reversed_by(chunk, cut))
    orders = chunk.orders.take((chunk.orders.confirmed < cut) & ~known(cut, chunk.orders.cancelled))
    terms = chunk.contracts.take(moment(chunk.contracts.signed, 14 * 3600) < cut)
    stop = np.where((terms.cancelled != NULL) & (terms.cancelled <= calendar.as_of), terms.cancelled, NEVER)
    rows = []
    for end in calendar.end.tolist():
        day = min(end - 1, calendar.as_of)
        billed = (inv.date <= day) & (inv.date > day - 365)
        bought = (orders.date <= day) & (orders.date > day - 90)
        in_force = (terms.starts <= day) & (day < stop) & (day <= terms.ends + np.where(stop == NEVER, 30, 0))
        for rule, mine in zip(RULES, (inv.party[billed], terms.party[in_force], orders.party[bought]), strict=True):
            rows.append((day, rule, np.unique(mine)))
    return rows


def reversed_by(chunk: Chunk, cut: int) -> np.ndarray:
    cancelled = chunk.invoices.cancelled
    return (cancelled != NULL) & (moment(np.where(cancelled == NULL, 0, cancelled), 12 * 3600) < cut)


def who_is_who(chunk: Chunk, calendar: Calendar) -> dict[str, list]:
    """Every source record of a party: which customer it really is, and how it can be linked to the others."""
    cut = calendar.cut
    p = chunk.parties
    created = account_times(chunk).created
    has_account = np.flatnonzero((created != NULL) & (created < cut))
    is_customer = np.flatnonzero((p.start < NEVER) & (moment(np.minimum(p.start, 2**40), 18 * 3600) < cut))
    still = account_times(chunk).deleted == NULL
    has_twin = p.twin_account & still & (created != NULL) & (created + 40 * SECONDS < cut)
    twin = np.flatnonzero(has_twin & (p.number > 2))
    double = is_customer[p.second_code[is_customer]]
    lead = np.flatnonzero(chunk.leads.created < cut)
    lead_party = np.where(chunk.leads.existing[lead], (lead * 7919) % max(chunk.old, 1), chunk.old + lead)
    ticket = np.flatnonzero(chunk.tickets.created < cut)
    links = np.array(LINKS, dtype=object)[p.link]
    parts = [
        ("crm", "crm_accounts", has_account, keys.text_of(keys.account(p.gid[has_account])), links[has_account]),
        ("crm", "crm_accounts", twin, keys.text_of(keys.account(p.gid[twin]) + keys.TWINS), "duplicate"),
        ("erp", "erp_customers", is_customer, keys.customer_codes(p.gid[is_customer]), links[is_customer]),
        ("erp", "erp_customers", double,
         keys.customer_codes(p.gid[double], np.ones(len(double), dtype=bool)), "duplicate"),
        ("crm", "crm_leads", lead_party, keys.lead_numbers(chunk.number, lead), "lead"),
        ("service_desk", "svc_tickets", chunk.tickets.party[ticket], keys.text_of(keys.ids(chunk.number, ticket)),
         np.array(["account_id", "erp_code", "email", "nobody"], dtype=object)[chunk.tickets.reach[ticket]]),
    ]  # fmt: skip
    table: dict[str, list] = {"true_customer_id": [], "source_system": [], "entity": [], "source_key": [], "link": []}
    for system, entity, party, key, link in parts:
        table["true_customer_id"] += [keys.true_id(g) for g in p.gid[party].tolist()]
        table["source_system"] += [system] * len(party)
        table["entity"] += [entity] * len(party)
        table["source_key"] += key.tolist()
        table["link"] += [link] * len(party) if isinstance(link, str) else link.tolist()
    return table


def customers(plan: Plan, chunk: Chunk, calendar: Calendar) -> dict[str, list]:
    """Every customer: since when, its traits that act on churn, its part in a worked example."""
    p = chunk.parties
    here = np.flatnonzero(p.start <= calendar.as_of)
    roles = {"big_and_poor": ["big_and_poor", "half_the_size"], "three_giants": ["giant"] * 3}
    role = dict(enumerate(roles.get(plan.settings["golden"], []))) if len(golden_parties(plan, p)) else {}
    return {
        "true_customer_id": [keys.true_id(g) for g in p.gid[here].tolist()],
        "customer_name": p.name[here].tolist(),
        "customer_since": [None if i < chunk.old else to_date(d) for i, d in zip(here.tolist(), p.start[here].tolist(),
        strict=True)],
        "slow_served": p.slow_served[here].tolist(),
        "contacted_late": p.neglected[here].tolist(),
        "golden_role": [role.get(i) for i in here.tolist()],
    }  # fmt: skip


def churn(chunk: Chunk, calendar: Calendar) -> dict[str, list]:
    """Who left, when and why, as the simulation decided; and when he came back."""
    spells = chunk.spells.take((chunk.spells.end <= calendar.as_of) & (chunk.spells.reason != NULL))
    later = {}
    for party, start in zip(chunk.spells.party.tolist(), chunk.spells.start.tolist(), strict=True):
        later.setdefault(party, []).append(start)
    back = [
        min((s for s in later[party] if end < s <= calendar.as_of), default=None)
        for party, end in zip(spells.party.tolist(), spells.end.tolist(), strict=True)
    ]
    return {
        "true_customer_id": [keys.true_id(g) for g in chunk.parties.gid[spells.party].tolist()],
        "left_on": [to_date(d) for d in spells.end.tolist()],
        "reason": [REASONS[r] for r in spells.reason.tolist()],
        "came_back_on": [None if b is None else to_date(b) for b in back],
    }


def sales_by_month(chunk: Chunk, calendar: Calendar) -> np.ndarray:
    """Per month: leads, converted leads, opportunities won, lost, dropped, and amount won (document cents)."""
    cut, months = calendar.cut, len(calendar)

    def count(time: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        seen = (time != NULL) & (time < cut)
        month = calendar.month_of(day_of(time[seen]))
        weight = np.ones(len(month), dtype=np.int64) if values is None else values[seen]
        inside = (month >= 0) & (month < months)
        return group_sum(month[inside], weight[inside], months)

    deals = chunk.opportunities
    ended = [count(np.where(deals.outcome == o, deals.closed, NULL)) for o in (WON, WON + 1, WON + 2)]
    amount = count(np.where(deals.outcome == WON, deals.closed, NULL), deals.amount)
    return np.stack([count(chunk.leads.created), count(chunk.leads.converted), *ended, amount])
