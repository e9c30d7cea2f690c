"""What really happened in sales and service, one row per event: what counts and sums are made of."""

import numpy as np
import pyarrow as pa

from demo_company.days import Calendar, day_of, moment, to_date
from demo_company.exchange_rates import rate_on, to_ledger
from demo_company.rows import NULL, Rows, group_sum, known
from demo_company.simulation.chunk import Chunk
from demo_company.simulation.contracts import TERM
from demo_company.simulation.orders import half_up
from demo_company.simulation.receipts import DISCOUNT, ROUNDING, WITHHOLDING
from demo_company.simulation.service import COMPLAINT
from demo_company.tables import keys
from demo_company.tables.desk import previous
from demo_company.world import World

MONEY = pa.decimal128(18, 2)
CUSTOMER = ("true_customer_id", pa.string())
SCHEMAS = {
    "orders": [CUSTOMER, ("order_id", pa.string()), ("day", pa.date32()), ("is_confirmed", pa.bool_()),
               ("is_cancelled", pa.bool_()), ("returned_on", pa.date32()), ("promised_on", pa.date32()),
               ("delivered_on", pa.date32()), ("lines", pa.int64())],
    "invoices": [CUSTOMER, ("invoice_id", pa.string()), ("day", pa.date32()), ("gross", MONEY),
                 ("due_on", pa.date32()), ("reversed_on", pa.date32()), ("returned_on", pa.date32())],
    "settlements": [("settlement_id", pa.string()), ("invoice_id", pa.string()), ("day", pa.date32()),
                    ("amount", MONEY), ("worth", MONEY), ("paid_on", pa.date32()), ("is_credit", pa.bool_()),
                    ("is_deducted", pa.bool_())],
    "quotes": [CUSTOMER, ("quote_id", pa.string()), ("asked_on", pa.date32()), ("sent_on", pa.date32()),
               ("version", pa.int64())],
    "contract_bookings": [CUSTOMER, ("contract_id", pa.string()), ("event", pa.string()), ("day", pa.date32()),
                          ("amount", MONEY)],
    "tickets": [CUSTOMER, ("ticket_id", pa.string()), ("day", pa.date32()), ("first_reply_on", pa.date32()),
                ("created_at", pa.int64()), ("first_reply_seconds", pa.int64()), ("is_complaint", pa.bool_()),
                ("is_merged", pa.bool_()), ("reassigned", pa.bool_()), ("due_at", pa.int64()),
                ("solved_at", pa.int64()), ("reopened", pa.bool_())],
    "service_time": [CUSTOMER, ("entry_id", pa.string()), ("ticket_id", pa.string()), ("day", pa.date32()),
                     ("minutes", pa.int64()), ("cost", MONEY)],
    "survey_answers": [CUSTOMER, ("survey", pa.string()), ("response_id", pa.string()), ("day", pa.date32()),
                       ("answered_at", pa.int64()), ("score", pa.int64())],
    "marketing_spend": [("day", pa.date32()), ("amount", MONEY)],
}  # fmt: skip


def details(chunk: Chunk, world: World, calendar: Calendar) -> dict[str, dict[str, np.ndarray]]:
    """Columns per table; a day or text that is not there is None, money is cents."""
    return {
        "orders": orders(chunk, calendar.cut),
        "invoices": invoices(chunk, calendar),
        "settlements": settlements(chunk, world, calendar.cut),
        "quotes": quotes(chunk, calendar.cut),
        "contract_bookings": contract_bookings(chunk, world, calendar),
        "tickets": tickets(chunk, calendar.cut),
        "service_time": service_time(chunk, world, calendar.cut),
        "survey_answers": survey_answers(chunk, calendar.cut),
    }


def days(values: np.ndarray) -> list:
    return [None if v == NULL else to_date(v) for v in values.tolist()]


def customers(chunk: Chunk, party: np.ndarray) -> list[str]:
    return [keys.true_id(g) for g in chunk.parties.gid[party].tolist()]


def texts_of(chunk: Chunk, positions: np.ndarray) -> list[str]:
    return keys.text_of(keys.ids(chunk.number, positions)).tolist()


def seen(cut: int, time: np.ndarray) -> np.ndarray:
    """The time where it lies before the cut, NULL elsewhere."""
    return np.where(known(cut, time), time, NULL)


def orders(chunk: Chunk, cut: int) -> dict:
    """``returned_on``: the day from which nothing of the order is left with the customer."""
    lines = chunk.order_lines
    credits = chunk.credits.take(chunk.credits.made < cut)
    source = chunk.invoice_lines.order_line[credits.line]
    left = group_sum(lines.order, lines.quantity, len(chunk.orders))
    left -= group_sum(lines.order[source], credits.quantity, len(chunk.orders))
    back = np.full(len(chunk.orders), NULL)
    np.maximum.at(back, lines.order[source], credits.date)
    here = np.flatnonzero(chunk.orders.created < cut)
    order = chunk.orders.take(here)
    return {
        "true_customer_id": customers(chunk, order.party), "order_id": texts_of(chunk, here), "day": days(order.date),
        "is_confirmed": known(cut, order.confirmed).tolist(), "is_cancelled": known(cut, order.cancelled).tolist(),
        "returned_on": days(np.where(left[here] == 0, back[here], NULL)), "promised_on": days(order.promised),
        "delivered_on": days(day_of(seen(cut, order.delivered))),
        "lines": np.bincount(lines.order, minlength=len(chunk.orders))[here].tolist(),
    }  # fmt: skip


def invoices(chunk: Chunk, calendar: Calendar) -> dict:
    """Posted invoices without credit notes, in ledger cents; ``returned_on`` as of orders."""
    credits = chunk.credits.take(chunk.credits.made < calendar.cut)
    count = len(chunk.invoices)
    left = group_sum(chunk.invoice_lines.invoice, chunk.invoice_lines.quantity, count)
    left -= group_sum(credits.invoice, credits.quantity, count)
    back = np.full(count, NULL)
    np.maximum.at(back, credits.invoice, credits.date)
    here = np.flatnonzero(chunk.invoices.posted < calendar.cut)
    invoice = chunk.invoices.take(here)
    gone = (invoice.cancelled != NULL) & (moment(invoice.cancelled, 12 * 3600) < calendar.cut)
    return {
        "true_customer_id": customers(chunk, invoice.party), "invoice_id": texts_of(chunk, here),
        "day": days(invoice.date), "gross": invoice.ledger_gross, "due_on": days(invoice.due),
        "reversed_on": days(np.where(gone, invoice.cancelled, NULL)),
        "returned_on": days(np.where(left[here] == 0, back[here], NULL)),
    }  # fmt: skip


def settlements(chunk: Chunk, world: World, cut: int) -> dict:
    """What took something off an invoice, by receipts, credit notes and what was forgiven; in ledger cents.

    ``amount`` is at the rate of the invoice, ``worth`` at that of the day; ``paid_on`` is the day of a receipt. What is
    written off is not deducted: it was due and never came.
    """
    here = np.flatnonzero(chunk.settled.made < cut)
    settled = chunk.settled.take(here)
    money = settled.source == 0
    paid_on = np.full(len(here), NULL)
    paid_on[money] = chunk.payments.day[settled.money[money]]
    rate = rate_on(world.rates, chunk.invoices.currency[settled.invoice], settled.day)
    return {
        "settlement_id": texts_of(chunk, here), "invoice_id": texts_of(chunk, settled.invoice),
        "day": days(settled.day), "amount": settled.carried, "worth": to_ledger(settled.amount, rate),
        "paid_on": days(paid_on), "is_credit": (settled.source == 1).tolist(),
        "is_deducted": np.isin(settled.kind, (DISCOUNT, WITHHOLDING, ROUNDING)).tolist(),
    }  # fmt: skip


def quotes(chunk: Chunk, cut: int) -> dict:
    here = np.flatnonzero(chunk.quotes.asked < cut)
    quote = chunk.quotes.take(here)
    return {
        "true_customer_id": customers(chunk, chunk.opportunities.party[quote.deal]),
        "quote_id": texts_of(chunk, here), "asked_on": days(day_of(quote.asked)),
        "sent_on": days(day_of(seen(cut, quote.sent))), "version": quote.version.tolist(),
    }  # fmt: skip


def contract_bookings(chunk: Chunk, world: World, calendar: Calendar) -> dict:
    """What was signed for the whole term, what an amendment changed of the rest of it, what a cancellation took away.

    Ledger cents: the amount that the contract states (per month, or for a year) at the rate of its signing.
    """
    signed = moment(chunk.contracts.signed, 14 * 3600)
    here = np.flatnonzero(signed < calendar.cut)
    term = chunk.contracts.take(here)
    rate = rate_on(world.rates, chunk.parties.currency[term.party], term.signed)
    months = np.where(term.is_amendment, TERM // 2, TERM)
    worth = np.where(term.basis == 0, to_ledger(term.value, rate) * months, to_ledger(term.value * TERM, rate))
    amended = np.maximum(term.amends, 0)
    old = chunk.contracts.take(amended)
    old_rate = rate_on(world.rates, chunk.parties.currency[old.party], old.signed)
    per_month, per_year = to_ledger(old.value, old_rate) * TERM, to_ledger(old.value * TERM, old_rate)
    before = np.where(term.is_amendment, half_up(np.where(old.basis == 0, per_month, per_year), 2), 0)
    stopped = np.flatnonzero((term.cancelled != NULL) & (term.cancelled <= calendar.as_of))
    over = term.take(stopped)
    length = over.ends - over.starts + 1
    share = np.round((length - np.maximum(over.cancelled - over.starts, 0)) / length * 10**8).astype(np.int64)
    lost = -half_up(worth[stopped] * share, 10**8)
    party = np.concatenate([term.party, term.party[stopped]])
    event = np.where(term.is_amendment, "amended", "signed").tolist() + ["cancelled"] * len(stopped)
    return {
        "true_customer_id": customers(chunk, party),
        "contract_id": texts_of(chunk, np.concatenate([here, here[stopped]])), "event": event,
        "day": days(np.concatenate([term.signed, term.cancelled[stopped]])),
        "amount": np.concatenate([worth - before, lost]),
    }  # fmt: skip


def tickets(chunk: Chunk, cut: int) -> dict:
    here = np.flatnonzero(chunk.tickets.created < cut)
    ticket = chunk.tickets.take(here)
    replied = seen(cut, ticket.replied)
    waited = [None if r == NULL else r - c for r, c in zip(replied.tolist(), ticket.created.tolist(), strict=True)]
    again, solved = known(cut, ticket.reopened), known(cut, ticket.solved)
    settled = np.where(solved, ticket.solved, np.where(again, NULL, seen(cut, ticket.resolved)))
    return {
        "true_customer_id": customers(chunk, ticket.party), "ticket_id": texts_of(chunk, here),
        "day": days(day_of(ticket.created)), "first_reply_on": days(day_of(replied)),
        "created_at": ticket.created.tolist(), "first_reply_seconds": waited,
        "is_complaint": complained(chunk.tickets, here)[here].tolist(),
        "is_merged": (ticket.merged & (previous(chunk.tickets)[here] != NULL)).tolist(),
        "reassigned": known(cut, ticket.passed_on).tolist(), "due_at": ticket.due.tolist(),
        "solved_at": [None if s == NULL else s for s in settled.tolist()], "reopened": again.tolist(),
    }  # fmt: skip


def complained(every: Rows, here: np.ndarray) -> np.ndarray:
    """Whether each ticket is a complaint, or one was merged into it, of those that are there."""
    result, before = every.kind == COMPLAINT, previous(every)
    for ticket in here[np.argsort(-every.created[here])].tolist():  # from the last one back, as they were merged
        if every.merged[ticket] and before[ticket] != NULL:
            result[before[ticket]] |= result[ticket]
    return result


def service_time(chunk: Chunk, world: World, cut: int) -> dict:
    here = np.flatnonzero(chunk.worklogs.made < cut)
    log = chunk.worklogs.take(here)
    ticket = chunk.tickets.take(log.ticket)
    return {
        "true_customer_id": customers(chunk, ticket.party), "entry_id": texts_of(chunk, here),
        "ticket_id": texts_of(chunk, log.ticket), "day": days(log.day), "minutes": log.minutes.tolist(),
        "cost": half_up(log.minutes * world.agents.hourly_cost[ticket.agent], 60),
    }  # fmt: skip


def survey_answers(chunk: Chunk, cut: int) -> dict:
    parts = []
    for survey, rows, party in (
        ("csat", chunk.ratings, chunk.tickets.party[chunk.ratings.ticket]), ("nps", chunk.nps, chunk.nps.party),
    ):  # fmt: skip
        here = np.flatnonzero(known(cut, rows.answered) & (rows.sent < cut))
        answer = rows.take(here)
        parts.append({
            "true_customer_id": customers(chunk, party[here]), "survey": [survey] * len(here),
            "response_id": texts_of(chunk, here), "day": days(day_of(answer.answered)),
            "answered_at": answer.answered.tolist(), "score": answer.score.tolist(),
        })  # fmt: skip
    return {name: parts[0][name] + parts[1][name] for name in parts[0]}


def marketing_spend(spend: Rows, calendar: Calendar) -> dict:
    mine = spend.take(moment(spend.day, 20 * 3600) < calendar.cut)
    return {"day": days(mine.day), "amount": mine.amount}
