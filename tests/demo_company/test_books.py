"""The books tie: the ledger to the documents, the receivable to the open items, the truth to both."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from demo_company.create import Company
from demo_company.days import moment
from demo_company.rows import NULL, group_sum
from demo_company.simulation.chunk import Chunk
from demo_company.simulation.ledger import BAD_DEBT, CASH, COGS, RECEIVABLE, REVENUE
from demo_company.simulation.orders import half_up
from tests.demo_company.companies import company


def test_debit_equals_credit_for_every_document(chunk: Chunk) -> None:
    keys = pd.DataFrame(
        {"document": chunk.gl.document, "row": chunk.gl.row, "day": chunk.gl.day, "amount": chunk.gl.amount}
    )
    assert (keys.groupby(["document", "row", "day"]).amount.sum() == 0).all()


def test_receivable_is_what_the_open_items_say_per_customer(small: Company, chunk: Chunk) -> None:
    """Open invoices at their carried amount, less payments and credit notes that are not applied yet."""
    cut, count = small.calendar.cut, len(chunk.parties)
    inv, settled = chunk.invoices, chunk.settled.take(chunk.settled.made < cut)
    gone = (inv.cancelled != NULL) & (moment(np.maximum(inv.cancelled, 0), 12 * 3600) < cut)
    alive = (inv.posted < cut) & ~gone
    still_open = inv.gross - group_sum(settled.invoice, settled.amount, len(inv))
    carried = np.where(alive, half_up(inv.ledger_gross * still_open, inv.gross), 0)
    paid = settled.take(settled.source == 0)
    credited = settled.take(settled.source == 1)
    payments = chunk.payments.take(chunk.payments.made < cut)
    recalled = (payments.cancelled != NULL) & (moment(np.maximum(payments.cancelled, 0), 16 * 3600) < cut)
    credits = chunk.credits.take(chunk.credits.made < cut)
    expected = (
        group_sum(inv.party, carried, count)
        - group_sum(payments.party, np.where(recalled, 0, payments.ledger), count)
        + group_sum(inv.party[paid.invoice], paid.paid, count)
        - group_sum(credits.party, credits.ledger_gross, count)
        + group_sum(inv.party[credited.invoice], credited.paid, count)
    )
    posted = chunk.gl.take((chunk.gl.account == RECEIVABLE) & (chunk.gl.made < cut))
    assert np.array_equal(group_sum(posted.party, posted.amount, count), expected)
    assert expected.sum() > 0


def test_revenue_and_cost_in_the_ledger_are_those_of_the_documents_per_customer(chunk: Chunk) -> None:
    count = len(chunk.parties)
    inv = chunk.invoices.take(chunk.invoices.cancelled == NULL)
    whole = inv.take(inv.months <= 1)
    gl = chunk.gl
    goods = np.isin(gl.account, REVENUE) & (gl.document != "REC")
    booked = -group_sum(gl.party[goods], gl.amount[goods], count)
    billed = group_sum(whole.party, whole.ledger_net, count)
    billed -= group_sum(chunk.credits.party, chunk.credits.ledger_net, count)
    assert np.array_equal(booked, billed)
    earned = gl.take(np.isin(gl.account, REVENUE) & (gl.document == "REC"))
    ahead = inv.take(inv.months > 1)
    assert np.array_equal(
        -group_sum(earned.party, earned.amount, count), group_sum(ahead.party, ahead.ledger_net, count)
    )
    cost = gl.take(gl.account == COGS)
    spent = group_sum(inv.party, inv.cost, count) - group_sum(chunk.credits.party, chunk.credits.cost, count)
    assert np.array_equal(group_sum(cost.party, cost.amount, count), spent)


def test_nothing_is_paid_more_than_once_or_beyond_what_is_owed(chunk: Chunk) -> None:
    still_open = chunk.invoices.gross - group_sum(chunk.settled.invoice, chunk.settled.amount, len(chunk.invoices))
    assert (still_open >= 0).all()
    used = group_sum(chunk.applied.payment, chunk.applied.amount, len(chunk.payments))
    assert (used <= chunk.payments.amount).all()
    assert (used[chunk.payments.cancelled != NULL] == 0).all()


def test_life_has_its_accidents(chunk: Chunk) -> None:
    """Partial and late payments, transfers for several invoices, write-offs, returns, foreign money, recalled money."""
    inv = chunk.invoices
    per_invoice = np.bincount(chunk.applied.invoice, minlength=len(inv))
    per_payment = np.bincount(chunk.applied.payment, minlength=len(chunk.payments))
    late = chunk.applied.day > inv.due[chunk.applied.invoice] + 15
    assert (per_invoice > 1).any()
    assert (per_payment > 1).any()
    assert late.mean() > 0.1
    assert len(chunk.credits) > 5
    assert (chunk.payments.cancelled != NULL).any()
    assert {"USD", "EUR"} & set(inv.currency)
    assert {1, 2} <= set(chunk.forgiven.kind.tolist())
    assert np.isin([BAD_DEBT, CASH], chunk.gl.account).all()
    assert (inv.cancelled != NULL).any()


def test_truth_is_the_ledger_of_the_database_once_the_planted_entries_are_read_as_meant(home: Path) -> None:
    """Σ truth = Σ journal: classes 1 (revenue) and 77 (one revenue entry, spoiled), per month and in total."""
    import sqlite3

    truth = pd.read_parquet(home / "demo/truth/customer_months.parquet")
    with sqlite3.connect(home / "demo/erp.db") as erp:
        rows = erp.execute("select amount from gl_journal where acct_class in (1, 77)").fetchall()
        receivable = erp.execute("select amount from gl_journal where acct_class = 9").fetchall()
    erp.close()
    assert sum(truth.revenue) == -sum(Decimal(repr(amount)) for (amount,) in rows)
    by_day = pd.read_parquet(home / "demo/truth/receivable_by_day.parquet")
    assert by_day.receivable.iloc[-1] == sum(Decimal(repr(amount)) for (amount,) in receivable)
    closing = truth[truth.month_start == truth.month_start.max()].receivable_closing
    assert sum(closing) == by_day.receivable.iloc[-1]


def test_a_shop_is_paid_at_once() -> None:
    shop = company("shop", customers=80, months=8).chunk(0)
    assert len(shop.contracts) == 0
    lag = shop.applied.day - shop.invoices.date[shop.applied.invoice]
    assert np.quantile(lag, 0.95) == 0
