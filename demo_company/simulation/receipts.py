"""How customers pay: late, in parts, in one transfer for several invoices, sometimes never."""

import numpy as np

from demo_company.days import NEVER, day_of, moment, workday
from demo_company.draws import Draws
from demo_company.exchange_rates import rate_on, to_ledger
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, full, group_sum, maybe, stack
from demo_company.simulation.orders import half_up
from demo_company.world import World

WRITE_OFF, DISCOUNT, WITHHOLDING, ROUNDING = 1, 2, 3, 4


def habits(plan: Plan, parties: Rows, invoices: Rows, orders: Rows, left: np.ndarray, draws: Draws) -> Rows:
    """Per invoice: day of the first transfer, its share in percent, day of the rest, day of a write-off."""
    count = len(invoices)
    party = invoices.party
    exact = ~np.isnan(parties.margin[party])
    noise = np.where(exact, 0.0, 6.0 * draws.normal("pay.noise", count))
    day = workday(np.maximum(invoices.date + 1, invoices.due + np.round(parties.lateness[party] + noise))).astype(int)
    day = np.where(exact, np.maximum(invoices.date, invoices.due + parties.lateness[party].astype(int)), day)
    day = np.maximum(day, day_of(invoices.posted) + 1)
    if plan.settings["kind"] == "b2c":
        day = day_of(invoices.posted)
    has_order = invoices.order != NULL
    ahead = has_order & orders.prepaid[np.maximum(invoices.order, 0)]
    day = np.where(ahead, orders.date[np.maximum(invoices.order, 0)] + 2, day)
    parts = draws.chance("pay.parts", 0.0 if plan.settings["kind"] == "b2c" else 0.10, count) & ~exact & ~ahead
    share = np.where(parts, draws.whole("pay.share", 40, 60, count), 100)
    disputed = invoices.disputed != NULL
    settled = draws.chance("pay.settled", 0.6, count)
    day = np.where(disputed, invoices.due + draws.whole("pay.dispute", 70, 140, count), day)
    gone = (day > left[party] + 10) & draws.chance("pay.gone", 0.15, count) & ~ahead
    lost = (disputed & ~settled) | gone
    lost_on = invoices.due + draws.whole("pay.lost", 160, 240, count)
    day = np.where((invoices.cancelled != NULL) | lost, NEVER, day)
    rest = np.where(parts & (day < NEVER), day + draws.whole("pay.rest", 18, 45, count), NEVER)
    written_off = maybe(lost & (invoices.cancelled == NULL), lost_on)
    return Rows(first=day, share=share, rest=rest, written_off=written_off, ahead=ahead)


def transfers(plan: Plan, invoices: Rows, credits: Rows, habit: Rows, draws: Draws) -> tuple[Rows, Rows]:
    """What is transferred per invoice (invoice, day, amount), and what is forgiven (adjustments)."""
    count = len(invoices)
    open_amount = invoices.gross - group_sum(credits.invoice, credits.gross, count)
    short = (
        draws.chance("pay.short", 0.0 if plan.settings["kind"] == "b2c" else 0.025, count)
        & (habit.first < NEVER)
        & (habit.share == 100)
        & ~habit.ahead
    )
    shortage = np.where(short, np.minimum(1 + draws.whole("pay.shortage", 20, 4_000, count), open_amount // 50), 0)
    shortage = np.where(open_amount > 0, shortage, 0)
    first = np.where(habit.share == 100, open_amount - shortage, half_up(open_amount * habit.share, 100))
    pays = (habit.first < NEVER) & (first > 0)
    rest = open_amount - shortage - first
    later = (habit.rest < NEVER) & (rest > 0)
    money = stack(
        Rows(invoice=np.flatnonzero(pays), day=habit.first[pays], amount=first[pays]),
        Rows(invoice=np.flatnonzero(later), day=habit.rest[later], amount=rest[later]),
    )
    foreign = invoices.currency != "CNY"
    kind = np.where(foreign, WITHHOLDING, np.where(shortage < 100, ROUNDING, DISCOUNT))
    small = np.flatnonzero(pays & (shortage > 0))
    lost = np.flatnonzero((habit.written_off != NULL) & (open_amount > 0))
    forgiven = stack(
        Rows(invoice=small, day=workday(habit.first[small] + 3), amount=shortage[small], kind=kind[small]),
        Rows(invoice=lost, day=habit.written_off[lost], amount=open_amount[lost], kind=full(len(lost), WRITE_OFF)),
    ).by_time("day", "invoice")
    return money, forgiven


def make_payments(plan: Plan, invoices: Rows, money: Rows, world: World, draws: Draws) -> tuple[Rows, Rows]:
    """One payment per customer code, currency and day; its applications to invoices."""
    if not len(money):
        empty = np.zeros(0, dtype=np.int64)
        return empty_payments(empty), Rows(payment=empty, invoice=empty, amount=empty, day=empty, lag=empty)
    key = np.stack([money.day, invoices.party[money.invoice] * 2 + invoices.second[money.invoice]])
    groups, payment = np.unique(key, axis=1, return_inverse=True)
    payment = payment.reshape(-1)
    day, owner = groups[0], groups[1]
    count = len(day)
    first_invoice = np.zeros(count, dtype=np.int64)
    first_invoice[payment[::-1]] = money.invoice[::-1]
    extra = np.where(draws.chance("pay.too_much", 0.003, count), draws.whole("pay.surplus", 1, 900, count) * 100, 0)
    if plan.settings["kind"] == "b2c":
        extra[:] = 0
    amount = group_sum(payment, money.amount, count) + extra
    currency = invoices.currency[first_invoice]
    payments = Rows(
        party=owner // 2, second=owner % 2 == 1, day=day, amount=amount, currency=currency,
        ledger=to_ledger(amount, rate_on(world.rates, currency, day)), cancelled=full(count, NULL),
        method=draws.choice("pay.method", [0.74, 0.14, 0.12], count),
        made=moment(day, 10 * 3600) + (draws.uniform("pay.second", count) * 5 * 3600).astype(np.int64),
    )  # fmt: skip
    twice = np.flatnonzero(draws.chance("pay.twice", 0.004, count))
    copy = payments.take(twice)
    copy.add(cancelled=copy.day + draws.whole("pay.recalled", 2, 4, count)[twice], made=copy.made + 7)
    order = np.lexsort([np.concatenate([payments.made, copy.made])])
    position = np.argsort(order)
    slow = draws.choice("apply.lag", [0.84, 0.13, 0.03], count)
    lag = np.where(slow == 0, 0, np.where(slow == 1, 2, 31))
    lag = np.zeros(count, dtype=np.int64) if plan.settings["kind"] == "b2c" else lag
    applied = Rows(
        payment=position[payment], invoice=money.invoice, amount=money.amount,
        day=np.maximum(money.day, invoices.date[money.invoice]) + lag[payment], lag=lag[payment],
    )  # fmt: skip
    return stack(payments, copy).take(order), applied.by_time("day", "payment", "invoice")


def empty_payments(empty: np.ndarray) -> Rows:
    names = ("party", "second", "day", "amount", "currency", "ledger", "cancelled", "method", "made")
    return Rows(**dict.fromkeys(names, empty))
