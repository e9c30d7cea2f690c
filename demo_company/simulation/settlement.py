"""What leaves an invoice: applied payments, applied credit notes, what is forgiven; and what stays open."""

import numpy as np

from demo_company.days import moment
from demo_company.rows import Rows, full, stack
from demo_company.simulation.orders import half_up


def make_settlements(invoices: Rows, payments: Rows, applied: Rows, credits: Rows, forgiven: Rows) -> Rows:
    """One row per reduction of an invoice, by day.

    invoice, day, made, amount (document cents), carried (ledger cents by which the invoice shrinks: its open ledger
    amount is always its ledger gross times its open share, rounded), paid (ledger cents of the payment or credit
    note used for it), kind (0 or the adjustment type), row (position in its own table).
    """
    rows = stack(
        part(applied.invoice, applied.day, moment(applied.day, 17 * 3600) + 1, applied.amount, applied.payment),
        part(credits.invoice, credits.applied, moment(credits.applied, 18 * 3600), credits.gross, full(len(credits),
        0)),
        part(forgiven.invoice, forgiven.day, moment(forgiven.day, 17 * 3600 + 900), forgiven.amount,
        full(len(forgiven), 0)),
    )  # fmt: skip
    source = np.concatenate([full(len(applied), 0), full(len(credits), 1), full(len(forgiven), 2)])
    own = np.concatenate([np.arange(len(applied)), np.arange(len(credits)), np.arange(len(forgiven))])
    kind = np.concatenate([full(len(applied), 0), full(len(credits), 0), forgiven.kind])
    rows.add(source=source, row=own, kind=kind)
    rows = rows.by_time("invoice", "day", "made")
    gross, ledger = invoices.gross[rows.invoice], invoices.ledger_gross[rows.invoice]
    after = running(rows.invoice, rows.amount)
    rows.add(carried=half_up(ledger * (gross - after + rows.amount), gross) - half_up(ledger * (gross - after), gross))
    return rows.add(paid=paid_for(rows, payments, credits)).by_time("made", "invoice")


def part(invoice: np.ndarray, day: np.ndarray, made: np.ndarray, amount: np.ndarray, money: np.ndarray) -> Rows:
    return Rows(invoice=invoice, day=day, made=made, amount=amount, money=money)


def running(group: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Running sum within each group; rows are sorted by group."""
    if not len(group):
        return values
    total = np.cumsum(values)
    starts = np.r_[True, group[1:] != group[:-1]]
    return total - (total - values)[starts][np.cumsum(starts) - 1]


def paid_for(rows: Rows, payments: Rows, credits: Rows) -> np.ndarray:
    """Ledger cents of the money used: its share of the payment's ledger amount, to the last cent."""
    paid = rows.carried.copy()
    mine = rows.source == 1
    paid[mine] = credits.ledger_gross[rows.row[mine]]
    index = np.flatnonzero(rows.source == 0)
    index = index[np.argsort(rows.money[index], kind="stable")]
    payment = rows.money[index]
    used = running(payment, rows.amount[index])
    total, ledger = payments.amount[payment], payments.ledger[payment]
    paid[index] = half_up(ledger * used, total) - half_up(ledger * (used - rows.amount[index]), total)
    return paid
