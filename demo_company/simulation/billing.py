"""Invoices for shipped orders and contract periods, and credit notes for returns."""

import numpy as np

from demo_company.days import day_of, moment, month_shift, office, workday
from demo_company.draws import Draws
from demo_company.exchange_rates import rate_on, to_ledger
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, full, group_sum, maybe, stack
from demo_company.simulation.orders import half_up
from demo_company.world import World


def bill_orders(orders: Rows, lines: Rows, draws: Draws, shop: bool) -> Rows:
    """Invoice heads of shipped orders (kept: the order's position)."""
    count = len(orders)
    goods = group_sum(lines.order, lines.net, count)
    tax = group_sum(lines.order, lines.tax, count)
    cost = group_sum(lines.order, lines.cost, count)
    ships = day_of(orders.shipped)
    waits = draws.chance("invoice.draft", 0.0 if shop else 0.02, count)
    day = np.where(waits, workday(ships + 3), ships)
    late = draws.chance("invoice.late", 0.012, count) & ~orders.prepaid
    posted = moment(day, 16 * 3600 + 1800) + (draws.uniform("invoice.second", count) * 5400).astype(np.int64)
    posted += np.where(late, draws.whole("invoice.late_days", 2, 6, count) * 86_400, 0)
    forgotten = last_of_each_month(day, (orders.shipped != NULL) & ~orders.prepaid) if not shop else late[:0]
    late[forgotten] = True
    posted[forgotten] = moment(month_shift(day[forgotten], 1) + 3, 17 * 3600) + forgotten % 3600
    made = np.where(waits, moment(ships, 16 * 3600 + 900), posted)
    cancelled = draws.chance("invoice.cancelled", 0.004, count) & ~orders.prepaid
    cancelled_on = day_of(posted) + draws.whole("invoice.cancel_days", 1, 3, count)
    here = np.flatnonzero(orders.shipped != NULL)
    return Rows(
        party=orders.party, second=orders.second, order=np.arange(count), contract=full(count, NULL), date=day,
        net=goods, tax=tax, cost=cost, made=made, posted=posted, cancelled=maybe(cancelled, cancelled_on), late=late,
        months=full(count, 0),
    ).take(here)  # fmt: skip


def last_of_each_month(day: np.ndarray, fits: np.ndarray) -> np.ndarray:
    """Positions of the invoices that lie on a desk until the month is closed: the last one of its days 20 to 26."""
    month = month_shift(day, 0)
    here = np.flatnonzero(fits & (day - month >= 19) & (day - month <= 25))
    order = here[np.lexsort([here, day[here]])]
    return np.array(sorted({int(month[position]): position for position in order.tolist()}.values()), dtype=np.int64)


def bill_contracts(bills: Rows, contracts: Rows, parties: Rows, draws: Draws) -> Rows:
    """Invoice heads of contract periods, at 6 % tax."""
    count = len(bills)
    party = contracts.party[bills.contract] if count else bills.contract
    home = parties.currency[party] == "CNY"
    posted = moment(bills.day, 9 * 3600) + (draws.uniform("contract_invoice.second", count) * 7200).astype(np.int64)
    return Rows(
        party=party, second=np.zeros(count, dtype=bool), order=full(count, NULL), contract=bills.contract,
        date=bills.day, net=bills.net, tax=half_up(bills.net * np.where(home, 6, 0), 100), cost=half_up(bills.net * 22,
        100),
        made=posted, posted=posted, cancelled=full(count, NULL), late=np.zeros(count, dtype=bool), months=bills.months,
    )  # fmt: skip


def make_invoices(plan: Plan, parties: Rows, heads: list[Rows], orders: Rows, world: World, draws: Draws) -> Rows:
    """All invoices in the order of their making, with ledger amounts and the day they fall due."""
    rows = stack(*heads).by_time("made", "date")
    count = len(rows)
    currency = parties.currency[rows.party]
    rate = rate_on(world.rates, currency, rows.date)
    disputed = draws.chance("invoice.disputed", 0.0 if plan.settings["kind"] == "b2c" else 0.014, count)
    disputed &= (rows.cancelled == NULL) & np.isnan(parties.margin[rows.party]) & (rows.contract == NULL)
    disputed &= (rows.order == NULL) | ~orders.prepaid[np.maximum(rows.order, 0)]
    due = rows.date + parties.terms[rows.party]
    return rows.add(
        currency=currency,
        gross=rows.net + rows.tax,
        ledger_net=to_ledger(rows.net, rate),
        ledger_gross=to_ledger(rows.net + rows.tax, rate),
        due=due,
        disputed=maybe(disputed, moment(due + 8, office(draws.uniform("invoice.dispute_time", count)))),
    )


def make_invoice_lines(invoices: Rows, order_lines: Rows, world: World) -> Rows:
    """Lines of order invoices (copies of the order lines) and one line per contract invoice."""
    position = np.full(int(order_lines.order.max()) + 1 if len(order_lines) else 0, NULL)
    by_order = np.flatnonzero(invoices.order != NULL)
    position[invoices.order[by_order]] = by_order
    invoice = position[order_lines.order]
    kept = np.flatnonzero(invoice != NULL)
    service = len(world.products) - 1
    contract = np.flatnonzero(invoices.contract != NULL)
    nothing = full(len(contract), 0)
    goods = Rows(
        invoice=invoice[kept], order_line=kept,
        **{c: order_lines.columns[c][kept] for c in ("product", "quantity", "price", "discount", "net", "tax", "cost")},
    )  # fmt: skip
    care = Rows(
        invoice=contract, order_line=full(len(contract), NULL), product=nothing + service, quantity=nothing + 1,
        price=invoices.net[contract], discount=nothing, net=invoices.net[contract], tax=invoices.tax[contract],
        cost=invoices.cost[contract],
    )  # fmt: skip
    return stack(goods, care).by_time("invoice")


def make_credits(
    parties: Rows, invoices: Rows, lines: Rows, first_payment: np.ndarray, world: World, draws: Draws
) -> Rows:
    """Credit notes for returns, made before the invoice is paid; amounts are positive here, negated when written."""
    first_line = np.searchsorted(lines.invoice, np.arange(len(invoices)))
    chance = np.where(parties.slow_served[invoices.party], 0.045, 0.022)
    day = workday(invoices.date + draws.whole("credit.days", 6, 20, len(invoices)))
    day = np.maximum(day, day_of(invoices.posted) + 1)
    back = draws.chance("credit.given", chance, len(invoices)) & (invoices.order != NULL)
    back &= (invoices.cancelled == NULL) & (first_payment > day + 4) & (invoices.disputed == NULL)
    back &= np.isnan(parties.margin[invoices.party])
    invoice = np.flatnonzero(back)
    line = lines.take(first_line[invoice])
    quantity = np.maximum(1, (line.quantity * draws.uniform("credit.share", len(invoices))[invoice]).astype(np.int64))
    amounts = {c: half_up(line.columns[c] * quantity, line.quantity) for c in ("net", "tax", "cost")}
    day = day[invoice]
    rate = rate_on(world.rates, invoices.currency[invoice], day)
    applied = day + draws.whole("credit.applied", 0, 3, len(invoices))[invoice]
    made = moment(day, 14 * 3600) + (draws.uniform("credit.second", len(invoices))[invoice] * 7200).astype(np.int64)
    return Rows(
        invoice=invoice, line=first_line[invoice], party=invoices.party[invoice], date=day, made=made,
        quantity=quantity,
        price=line.price, product=line.product, applied=applied, currency=invoices.currency[invoice], **amounts,
        gross=amounts["net"] + amounts["tax"], ledger_net=to_ledger(amounts["net"], rate),
        ledger_gross=to_ledger(amounts["net"] + amounts["tax"], rate),
    ).by_time("made")  # fmt: skip
