"""One chunk of customers from first lead to last ledger entry."""

from dataclasses import dataclass

import numpy as np

from demo_company.days import SECONDS, Calendar
from demo_company.draws import Draws
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, full, stack
from demo_company.simulation import (
    billing,
    contracts,
    costs,
    leads,
    ledger,
    life,
    marketing,
    opportunities,
    orders,
    population,
    receipts,
    service,
    settlement,
)
from demo_company.world import LOST, WON, World


@dataclass(frozen=True)
class Chunk:
    """Everything that happens to a chunk of customers. References are row positions; NULL means none."""

    number: int
    old: int
    parties: Rows
    leads: Rows
    opportunities: Rows
    spells: Rows
    stage_log: Rows
    quotes: Rows
    contracts: Rows
    orders: Rows
    order_lines: Rows
    invoices: Rows
    invoice_lines: Rows
    credits: Rows
    payments: Rows
    applied: Rows
    forgiven: Rows
    settled: Rows
    costs: Rows
    gl: Rows
    tickets: Rows
    events: Rows
    worklogs: Rows
    ratings: Rows
    nps: Rows
    members: Rows
    engagements: Rows
    activities: Rows


def simulate(plan: Plan, chunk: int, size: int, world: World, calendar: Calendar) -> Chunk:
    draws = Draws(plan.seed, chunk)
    lead = leads.simulate_leads(plan, size, world, calendar, draws)
    first = opportunities.first_sales(plan, world, draws, lead)
    old = population.customers_of_old(plan, size, first)
    parties = population.populate(plan, chunk, old, lead, first, world, calendar)
    lives = life.live(plan, parties, old, lead.month, calendar, draws)
    left = contracts.end_of_life(lives.spells, len(parties))
    terms = contracts.make_contracts(plan, parties, old, lives.spells, calendar, draws)
    deals = all_opportunities(plan, world, draws, parties, old, first, lives.expansions, terms, left)
    members, responses = marketing.make_members(parties, lives.spells, lead, old, world, draws)
    order = orders.order_events(lives.orders, deals, responses, draws)
    order = orders.make_orders(plan, parties, order, calendar, draws)
    lines = orders.make_lines(plan, parties, order, world, draws)
    bills = contracts.contract_bills(terms, calendar)
    heads = [billing.bill_orders(order, lines, draws, plan.settings["kind"] == "b2c"),
             billing.bill_contracts(bills, terms, parties, draws)]  # fmt: skip
    invoices = billing.make_invoices(plan, parties, heads, order, world, draws)
    invoice_lines = billing.make_invoice_lines(invoices, lines, world)
    habit = receipts.habits(plan, parties, invoices, order, left, draws)
    credits = billing.make_credits(parties, invoices, invoice_lines, habit.first, world, draws)
    money, forgiven = receipts.transfers(plan, invoices, credits, habit, draws)
    payments, applied = receipts.make_payments(plan, invoices, money, world, draws)
    settled = settlement.make_settlements(invoices, payments, applied, credits, forgiven)
    tickets = service.make_tickets(plan, parties, lives.tickets, world, draws)
    cost = costs.make_costs(parties, invoices, tickets, partner_of(world), calendar, draws)
    book = ledger.Ledger()
    ledger.post_sales(book, invoices)
    ledger.post_recognition(book, invoices)
    ledger.post_credits(book, credits, invoices.second[credits.invoice])
    ledger.post_payments(book, payments)
    ledger.post_settlements(book, invoices, settled)
    ledger.post_costs(book, cost)
    return Chunk(
        number=chunk, old=old, parties=parties, leads=lead, opportunities=deals,
        stage_log=opportunities.stage_log(deals),
        quotes=opportunities.quotes(deals, draws), spells=lives.spells, contracts=terms,
        orders=order, order_lines=lines, invoices=invoices, invoice_lines=invoice_lines, credits=credits,
        payments=payments, applied=applied, forgiven=forgiven, settled=settled, costs=cost, gl=book.rows(),
        tickets=tickets, events=service.make_events(tickets, draws),
        worklogs=service.make_worklogs(parties, tickets, draws), ratings=service.make_ratings(tickets, draws),
        nps=service.make_nps(parties, lives.spells, calendar.start, draws), members=members,
        engagements=marketing.make_engagements(parties, lives.orders, lead, plan.settings["engagement_rate"], draws),
        activities=marketing.make_activities(parties, lives.contacts, lead, deals, draws),
    )  # fmt: skip


def partner_of(world: World) -> int:
    return world.channels.index("partner") if "partner" in world.channels else -1


def all_opportunities(
    plan: Plan, world: World, draws: Draws, parties: Rows, old: int, first: Rows, wishes: Rows, terms: Rows,
    left: np.ndarray,
) -> Rows:  # fmt: skip
    """First sales, expansions and renewals, in the order of their creation. ``contract``: the term to be renewed."""
    party = old + first.lead
    parts = [first.add(party=party, contract=full(len(first), NULL))]
    if plan.settings["stage_pass"]:
        owner = parties.owner[wishes.party]
        more = opportunities.pursue(
            plan, world, draws, "more", wishes.created, owner, np.where(parties.neglected[wishes.party], 6.0, 1.0)
        )
        gone = (more.outcome == WON) & (more.closed // SECONDS >= left[wishes.party])
        more.columns["outcome"] = np.where(gone, LOST, more.outcome)
        more.columns["loss_reason"] = np.where(gone, opportunities.COMPETITOR, more.loss_reason)
        parts.append(existing(more, wishes.created, wishes.party, parties, opportunities.EXPANSION, NULL))
        parts.append(renewals(parties, terms, draws))
    rows = stack(*parts).by_time("created")
    value = np.exp(0.4 * draws.normal("deal.value", len(rows)))
    target = plan.settings["order_value"] * 2.4 * parties.size[rows.party] * value
    amount = np.round(target / 100).astype(np.int64) * 10_000
    renewed = rows.contract != NULL
    if renewed.any():
        amount[renewed] = terms.value[rows.contract[renewed]] * 12
    guess = np.round(amount * (0.7 + 0.5 * draws.uniform("deal.guess", len(rows))) / 100_000).astype(np.int64) * 100_000
    return rows.add(amount=amount, guess=np.where(renewed, amount, guess), currency=parties.currency[rows.party])


def existing(rows: Rows, created: np.ndarray, party: np.ndarray, parties: Rows, kind: int, contract: int) -> Rows:
    count = len(rows)
    return rows.add(
        created=created, lead=full(count, NULL), owner=parties.owner[party], channel=parties.channel[party],
        campaign=full(count, NULL), kind=full(count, kind), party=party, contract=full(count, contract),
    )  # fmt: skip


def renewals(parties: Rows, terms: Rows, draws: Draws) -> Rows:
    """A renewal opportunity opens 60 days before a term ends and closes when the customer decides."""
    renewed = np.zeros(len(terms), dtype=bool)
    renewed[terms.renewed_from[terms.renewed_from != NULL]] = True
    index = np.flatnonzero((terms.cancelled == NULL) & (terms.replaced == NULL))
    opened = (terms.ends[index] - 60) * SECONDS + 2 * 3600
    talk = opened + 12 * SECONDS
    wins = renewed[index]
    decided = (terms.ends[index] - contracts.DECIDED + np.where(wins, 0, 20)) * SECONDS + 5 * 3600
    count = len(index)
    party = terms.party[index]
    rows = Rows(
        entered_1=opened, entered_2=full(count, NULL), entered_3=talk, entered_4=full(count, NULL),
        outcome=np.where(wins, WON, LOST), closed=decided, reached=full(count, 3),
        loss_reason=np.where(wins, NULL, opportunities.COMPETITOR),
    )  # fmt: skip
    rows = existing(rows, opened, party, parties, opportunities.RENEWAL, NULL)
    rows.columns["contract"] = index
    return rows
