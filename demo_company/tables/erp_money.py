"""Receipts, clearings, adjustments, direct costs and the general ledger as of a moment."""

import numpy as np

from demo_company.days import moment
from demo_company.rows import NULL, Rows, full, latest, maybe, texts
from demo_company.simulation.chunk import Chunk
from demo_company.simulation.ledger import ACCOUNTS
from demo_company.tables import keys
from demo_company.tables.erp_documents import credit_ids

METHODS = ["BANK", "BILL", "CARD"]
CLASSES = {
    "revenue": 1, "cogs": 2, "marketing_expense": 3, "selling_expense": 4, "service_expense": 5, "bad_debt": 6,
    "fx_difference": 7, "overhead": 8, "receivable": 9, "cash": 10, "deferred_revenue": 11, "other": 12,
}  # fmt: skip


def receipts(chunk: Chunk, cut: int) -> Rows:
    here = np.flatnonzero(chunk.payments.made < cut)
    pay = chunk.payments.take(here)
    recalled = np.where(pay.cancelled == NULL, NULL, moment(pay.cancelled, 16 * 3600))
    gone = (recalled != NULL) & (recalled < cut)
    return Rows(
        rec_id=keys.ids(chunk.number, here), kunnr=keys.customer_codes(chunk.parties.gid[pay.party], pay.second),
        value_day=pay.day, amount=pay.amount, waers=pay.currency, amount_home=pay.ledger,
        method=texts([METHODS[m] for m in pay.method.tolist()]), rec_state=np.where(gone, 9, 1),
        recalled=maybe(gone, pay.cancelled), changed_at=latest(cut, pay.made, recalled),
    )  # fmt: skip


def clearings(chunk: Chunk, cut: int) -> Rows:
    """Payments (rec_id) and credit notes (crn_id) applied to invoices; the credit note's share is positive."""
    settled = chunk.settled
    here = np.flatnonzero((settled.made < cut) & (settled.source < 2))
    row = settled.take(here)
    money = row.source == 0
    return Rows(
        clr_id=keys.ids(chunk.number, here), rec_id=maybe(money, keys.ids(chunk.number, row.money)),
        crn_id=maybe(~money, credit_ids(chunk, row.row)), inv_id=keys.ids(chunk.number, row.invoice),
        amount=row.amount, amount_rec=maybe(money, row.amount), clr_day=row.day, changed_at=row.made,
    )  # fmt: skip


def adjustments(chunk: Chunk, cut: int) -> Rows:
    settled = chunk.settled
    here = np.flatnonzero((settled.made < cut) & (settled.source == 2))
    row = settled.take(here)
    invoice = chunk.invoices.take(row.invoice)
    return Rows(
        adj_id=keys.ids(chunk.number, here), kunnr=keys.customer_codes(chunk.parties.gid[invoice.party],
        invoice.second),
        inv_id=keys.ids(chunk.number, row.invoice), reason=row.kind, amount=row.amount, waers=invoice.currency,
        adj_day=row.day, changed_at=row.made,
    )  # fmt: skip


def charges(chunk: Chunk, cut: int) -> Rows:
    here = np.flatnonzero(chunk.costs.made < cut)
    cost = chunk.costs.take(here)
    return Rows(
        chg_id=keys.ids(chunk.number, here), kunnr=keys.customer_codes(chunk.parties.gid[cost.party], cost.second),
        chg_type=cost.kind, chg_day=cost.day, amount=cost.amount, waers=full(len(here), "CNY"),
    )  # fmt: skip


def journal(chunk: Chunk, cut: int) -> Rows:
    """Every posting of the chunk's documents; debit positive."""
    here = np.flatnonzero(chunk.gl.made < cut)
    entry = chunk.gl.take(here)
    document = np.where(entry.document == "CRN", credit_ids(chunk, entry.row), keys.ids(chunk.number, entry.row))
    has = entry.party != NULL
    codes = keys.customer_codes(chunk.parties.gid[np.maximum(entry.party, 0)], entry.second)
    return journal_rows(
        keys.ids(chunk.number, here), entry.day, entry.account, maybe(has, codes), entry.amount, entry.document,
        keys.text_of(document), full(len(here), None), entry.made,
    )  # fmt: skip


def journal_rows(
    entry_id: np.ndarray, day: np.ndarray, account: np.ndarray, code: np.ndarray, amount: np.ndarray,
    document: np.ndarray, document_id: np.ndarray, text: np.ndarray, made: np.ndarray,
) -> Rows:  # fmt: skip
    return Rows(
        entry_id=entry_id, posting_day=day, account=texts([ACCOUNTS[a][0] for a in account.tolist()]),
        acct_class=np.array([CLASSES[a[1]] for a in ACCOUNTS])[account], kunnr=code, amount=amount, doc_type=document,
        doc_id=document_id, entry_text=text, changed_at=made,
    )  # fmt: skip
