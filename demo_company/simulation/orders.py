"""Orders and their lines: from the customer's rhythm, from won opportunities, from campaigns."""

import numpy as np

from demo_company.days import Calendar, day_of, moment, office, workday
from demo_company.draws import Draws
from demo_company.exchange_rates import rate_on
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, full, maybe, stack
from demo_company.world import WON, World

DOCUMENT_RATE = {"CNY": 10_000, "USD": 71_200, "EUR": 77_400}  # price lists abroad, CNY per 10,000 units


def order_events(lives_orders: Rows, opportunities: Rows, responses: Rows, draws: Draws) -> Rows:
    """Everything that makes a customer order, by day: party, day, opportunity, campaign."""
    count = len(lives_orders)
    own = lives_orders.add(opportunity=full(count, NULL), boost=full(count, 1.0))
    won = np.flatnonzero((opportunities.outcome == WON) & (opportunities.kind != 3))
    delay = draws.whole("order.after_win", 1, 8, len(opportunities))[won]
    sold = Rows(
        party=opportunities.party[won],
        day=day_of(opportunities.closed[won]) + delay,
        opportunity=won,
        boost=full(len(won), 2.4),
    )
    extra = Rows(
        party=responses.party,
        day=responses.day,
        opportunity=full(len(responses), NULL),
        boost=full(len(responses), 1.0),
    )
    return stack(own, sold, extra).by_time("day")


def make_orders(plan: Plan, parties: Rows, events: Rows, calendar: Calendar, draws: Draws) -> Rows:
    """One row per order with the moments of its life."""
    count = len(events)
    shop = plan.settings["kind"] == "b2c"
    day = events.day if shop else workday(events.day)
    created = moment(day, office(draws.uniform("order.second", count)))
    ships = workday(day + draws.whole("order.lead_time", 1 if shop else 3, 2 if shop else 15, count))
    cancelled = draws.chance("order.cancelled", 0.03, count)
    cancel_day = day + np.minimum(draws.whole("order.cancel_day", 1, 5, count), ships - day - 1)
    cancelled &= cancel_day > day
    draft = draws.chance("order.draft", 0.10, count) & ~cancelled & (ships - day > 3)
    confirmed = np.where(draft, moment(day + 2, 10 * 3600), created + 1800)
    delivered_day = ships + draws.whole("order.transport", 1, 5, count)
    return events.add(
        date=day,
        created=created,
        confirmed=confirmed,
        cancelled=maybe(cancelled, moment(cancel_day, 11 * 3600)),
        shipped=maybe(~cancelled, moment(ships, 15 * 3600 + office(draws.uniform("order.shipped", count)) // 12)),
        delivered=maybe(~cancelled, moment(delivered_day, office(draws.uniform("order.delivered", count)))),
        promised=day + (3 if shop else 12),
        second=(parties.second_code[events.party]) & (np.arange(count) % 3 == 0),
        prepaid=draws.chance("order.prepaid", 0.0 if shop else 0.02, count)
        & (ships - day > 5)
        & ~cancelled
        & ~np.isin(events.party, golden_parties(plan, parties)),
    )


def make_lines(plan: Plan, parties: Rows, orders: Rows, world: World, draws: Draws) -> Rows:
    """One to three lines per order. Prices are net, in document cents; cost is in ledger cents."""
    per_order = 1 + draws.choice("line.count", [0.48, 0.36, 0.16], len(orders))
    per_order[np.isin(orders.party, golden_parties(plan, parties))] = 1
    order = np.repeat(np.arange(len(orders)), per_order)
    count = len(order)
    party = orders.party[order]
    spread = np.exp(0.35 * draws.normal("line.value", count))
    known = np.isin(party, golden_parties(plan, parties))
    spread[known] = 1.0
    target = plan.settings["order_value"] * 100 * parties.size[party] * orders.boost[order] * spread
    target = target / per_order[order]
    product = pick(parties, party, target, world, draws)
    currency = parties.currency[party]
    reference = np.array([DOCUMENT_RATE[c] for c in currency])
    price = np.round(world.products.price[product] * 10_000 / reference).astype(np.int64)
    quantity = np.clip(np.round(target / world.products.price[product]), 1, 9_000).astype(np.int64)
    discount = np.round(price * quantity * parties.discount[party] / 100).astype(np.int64)
    net = price * quantity - discount
    rate = rate_on(world.rates, currency, orders.date[order])
    ledger = net * rate // 10_000
    drift = 0.97 + 0.06 * draws.uniform("line.cost", count)
    cost = np.round(world.products.cost[product] * quantity * drift).astype(np.int64)
    margin = parties.margin[party]
    cost = np.where(np.isnan(margin), cost, np.round(ledger * (1 - np.nan_to_num(margin))).astype(np.int64))
    percent = np.where(currency == "CNY", 13, 0)
    return Rows(
        order=order, product=product, quantity=quantity, price=price, discount=discount, net=net, cost=cost,
        tax=half_up(net * percent, 100), percent=percent,
    )  # fmt: skip


def golden_parties(plan: Plan, parties: Rows) -> np.ndarray:
    number = {"big_and_poor": 2, "three_giants": 3}.get(plan.settings["golden"], 0)
    return np.arange(number if parties.gid[0] == 0 else 0)


def pick(parties: Rows, party: np.ndarray, target: np.ndarray, world: World, draws: Draws) -> np.ndarray:
    """A product near the customer's favourite; what costs far more than he spends becomes a cheap one."""
    count = len(world.products)
    near = (parties.favourite[party] + draws.whole("line.near", 0, 3, len(party))) % count
    other = draws.whole("line.other", 0, count - 1, len(party))
    product = np.where(draws.chance("line.change", 0.35, len(party)), other, near)
    cheap = np.flatnonzero(np.isin(world.products.line, [2, 3]))
    small = cheap[draws.whole("line.cheap", 0, len(cheap) - 1, len(party))]
    return np.where(world.products.price[product] > 1.6 * target, small, product)


def half_up(numerator: np.ndarray, divisor: np.ndarray | int) -> np.ndarray:
    """Division rounded half away from zero, for whole numbers."""
    return np.sign(numerator) * ((2 * np.abs(numerator) + divisor) // (2 * divisor))
