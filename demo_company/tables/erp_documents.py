"""ERP customers, orders and invoices as of a moment."""

import numpy as np

from demo_company import names
from demo_company.days import NEVER, day_of, moment
from demo_company.rows import NULL, Rows, full, group_sum, known, latest, maybe, stack, texts
from demo_company.simulation.chunk import Chunk
from demo_company.simulation.population import BY_ACCOUNT_ID, BY_NAME, NOT_EXACTLY, chunk_number
from demo_company.tables import keys
from demo_company.world import World

REGION_CODES = ["HD", "HN", "HB", "HZ", "XN", "DB"]


def customers(chunk: Chunk, cut: int) -> Rows:
    """One row per customer, and a second code for a few that were entered twice."""
    start = np.where(chunk.parties.start < NEVER, moment(np.minimum(chunk.parties.start, 2**40), 18 * 3600), NEVER)
    here = np.flatnonzero(start < cut)
    p = chunk.parties.take(here)
    created = np.where(here < chunk.old, moment(np.maximum(p.known_since, 0), 10 * 3600), start[here])
    exact, by_name = p.link != NOT_EXACTLY, p.link == BY_NAME
    shop = bool(len(p)) and p.tax_id[0] is None
    other = (p.link >= 1) & exact & ~by_name & (p.number % 5 == 0) & (not shop)
    name = texts(
        [names.variant(n, k) if o else n for n, k, o in zip(p.name, p.number.tolist(), other.tolist(), strict=True)]
    )
    brand = texts([n[2:6] for n in p.name])
    limit = np.maximum(np.round(p.size * 12), 2).astype(np.int64) * 1_000_000
    raised = moment(p.moved - 4000, 9 * 3600)
    has_raised = known(cut, raised) & (raised > created) & (p.number % 3 == 0)
    count = len(p)
    rows = Rows(
        kunnr=keys.customer_codes(p.gid), name1=np.where(exact, name, brand),
        crm_ref=maybe(p.link == BY_ACCOUNT_ID, keys.text_of(keys.account(p.gid))), merged_kunnr=full(count, None),
        tax_no=maybe(exact & ~by_name, p.tax_id), telf=names.telephones("021-", chunk_number(p.gid)),
        smtp=maybe(exact, p.email), regio=texts([REGION_CODES[r] for r in p.region.tolist()]), land=p.country,
        ort=p.city, klimk=np.where(has_raised, limit * 3 // 2, limit), zterm=p.terms, waers=p.currency,
        locked=texts(["X" if n % 97 == 3 else "" for n in p.number.tolist()]), created_at=created,
        changed_at=np.where(has_raised, raised, created), removed_at=full(count, NULL),
    )  # fmt: skip
    double = np.flatnonzero(p.second_code)
    again = rows.take(double)
    gid = p.gid[double]
    again.add(
        kunnr=keys.customer_codes(gid, np.ones(len(gid), dtype=bool)),
        name1=texts([names.variant(n, k + 1) for n, k in zip(p.name[double], gid.tolist(), strict=True)]),
        crm_ref=full(len(gid), None), telf=full(len(gid), None), tax_no=p.tax_id[double],
    )  # fmt: skip
    return stack(rows, again)


def orders(chunk: Chunk, world: World, cut: int) -> Rows:
    """States: 0 draft, 1 confirmed, 2 shipped, 3 done, 9 cancelled. A draft has no total."""
    here = np.flatnonzero(chunk.orders.created < cut)
    order = chunk.orders.take(here)
    p = chunk.parties.take(order.party)
    state = np.where(known(cut, order.confirmed), 1, 0)
    state = np.where(known(cut, order.shipped), 2, state)
    state = np.where(known(cut, order.delivered), 3, state)
    state = np.where(known(cut, order.cancelled), 9, state)
    total = group_sum(chunk.order_lines.order, chunk.order_lines.net, len(chunk.orders))[here]
    ids = keys.ids(chunk.number, here)
    moved = p.moved < order.date
    rep = np.where(moved, p.next_owner, p.owner)
    return Rows(
        so_id=ids, so_no=keys.text_of(ids, "SO{:09d}"), kunnr=keys.customer_codes(p.gid, order.second),
        agreement_ref=full(len(here), None), so_day=order.date, so_state=state,
        cancel_day=maybe(known(cut, order.cancelled), day_of(order.cancelled)), waers=p.currency,
        rep_code=texts([keys.rep_code(r) for r in rep.tolist()]),
        channel=texts([world.channels[c] for c in p.channel.tolist()]),
        regio=texts([REGION_CODES[r] for r in p.region.tolist()]),
        opp_ref=keys.text_of(keys.ids(chunk.number, order.opportunity)), total_net=maybe(state > 0, total),
        promised=order.promised, delivered_at=maybe(known(cut, order.delivered), order.delivered),
        changed_at=latest(cut, order.created, order.confirmed, order.shipped, order.delivered, order.cancelled),
    )  # fmt: skip


def order_lines(chunk: Chunk, world: World, cut: int) -> Rows:
    order = chunk.orders.take(chunk.order_lines.order)
    here = np.flatnonzero(order.created < cut)
    line, order = chunk.order_lines.take(here), order.take(here)
    first = np.r_[True, line.order[1:] != line.order[:-1]] if len(line) else np.zeros(0, dtype=bool)
    start = np.maximum.accumulate(np.where(first, np.arange(len(line)), 0))
    return Rows(
        item_id=keys.ids(chunk.number, here), so_id=keys.ids(chunk.number, line.order),
        pos=(np.arange(len(line)) - start + 1) * 10, matnr=world.products.code[line.product],
        menge=line.quantity * 1000, price=line.price, rebate=line.discount, tax=line.tax, net=line.net, cost=line.cost,
        promised=order.promised, delivered_at=maybe(known(cut, order.delivered), order.delivered),
        changed_at=latest(cut, order.created, order.delivered),
    )  # fmt: skip


def invoices(chunk: Chunk, cut: int) -> Rows:
    """Invoices and credit notes. States: 0 draft (no totals), 1 posted, 2 reversed; paid: 0 no, 1 partly, 2 whole."""
    every, settled = chunk.invoices, chunk.settled
    now = settled.made < cut
    paid = group_sum(settled.invoice[now], settled.amount[now], len(every))
    touched = np.full(len(every), NULL)
    np.maximum.at(touched, settled.invoice[now], settled.made[now])
    here = np.flatnonzero(every.made < cut)
    inv = every.take(here)
    posted, gone = inv.posted < cut, known(cut, moment(inv.cancelled, 12 * 3600))
    gone &= inv.cancelled != NULL
    paid, whole = paid[here], paid[here] >= inv.gross
    ids = keys.ids(chunk.number, here)
    code = keys.customer_codes(chunk.parties.gid[inv.party], inv.second)
    heads = Rows(
        inv_id=ids, inv_no=keys.text_of(ids, "{:012d}"), inv_type=full(len(here), "RE"), kunnr=code,
        agreement_ref=keys.text_of(keys.ids(chunk.number, inv.contract)), so_id=keys.ids(chunk.number, inv.order),
        inv_day=inv.date, due_day=inv.due, waers=inv.currency, net=maybe(posted, inv.net), tax=maybe(posted, inv.tax),
        gross=maybe(posted, inv.gross), net_home=maybe(posted, inv.ledger_net),
        gross_home=maybe(posted, inv.ledger_gross), inv_state=np.where(gone, 2, np.where(posted, 1, 0)),
        storno_day=maybe(gone, inv.cancelled), ref_inv_id=full(len(here), NULL),
        disputed=texts(["X" if d else "" for d in (known(cut, inv.disputed) & ~whole).tolist()]),
        paid_state=np.where(paid == 0, 0, np.where(whole, 2, 1)),
        changed_at=latest(cut, inv.made, inv.posted, np.where(inv.cancelled == NULL, NULL, moment(inv.cancelled,
        12 * 3600)),
                          inv.disputed, touched[here]),
    )  # fmt: skip
    return stack(heads, credit_notes(chunk, cut))


def credit_ids(chunk: Chunk, positions: np.ndarray) -> np.ndarray:
    return np.where(positions == NULL, NULL, keys.ids(chunk.number, positions) + keys.CREDITS)


def credit_notes(chunk: Chunk, cut: int) -> Rows:
    here = np.flatnonzero(chunk.credits.made < cut)
    note = chunk.credits.take(here)
    invoice = chunk.invoices.take(note.invoice)
    ids = credit_ids(chunk, here)
    used = moment(note.applied, 18 * 3600)
    count = len(here)
    return Rows(
        inv_id=ids, inv_no=keys.text_of(ids, "{:012d}"), inv_type=full(count, "GU"),
        kunnr=keys.customer_codes(chunk.parties.gid[note.party], invoice.second), agreement_ref=full(count, None),
        so_id=keys.ids(chunk.number, invoice.order), inv_day=note.date, due_day=note.date, waers=note.currency,
        net=-note.net, tax=-note.tax, gross=-note.gross, net_home=-note.ledger_net, gross_home=-note.ledger_gross,
        inv_state=full(count, 1), storno_day=full(count, NULL), ref_inv_id=keys.ids(chunk.number, note.invoice),
        disputed=full(count, ""), paid_state=np.where(used < cut, 2, 0), changed_at=latest(cut, note.made, used),
    )  # fmt: skip


def invoice_lines(chunk: Chunk, world: World, cut: int) -> Rows:
    """Lines appear when their invoice is posted."""
    head = chunk.invoices.take(chunk.invoice_lines.invoice)
    here = np.flatnonzero(head.posted < cut)
    line, head = chunk.invoice_lines.take(here), head.take(here)
    lines = Rows(
        line_id=keys.ids(chunk.number, here), inv_id=keys.ids(chunk.number, line.invoice),
        so_item_id=keys.ids(chunk.number, line.order_line), matnr=world.products.code[line.product],
        menge=line.quantity * 1000, price=line.price, rebate=line.discount, net=line.net, tax=line.tax, cost=line.cost,
        ref_line_id=full(len(here), NULL), changed_at=head.posted,
    )  # fmt: skip
    back = np.flatnonzero(chunk.credits.made < cut)
    note = chunk.credits.take(back)
    returned = Rows(
        line_id=credit_ids(chunk, back), inv_id=credit_ids(chunk, back), so_item_id=full(len(back), NULL),
        matnr=world.products.code[note.product], menge=-note.quantity * 1000, price=note.price,
        rebate=-(note.quantity * note.price - note.net), net=-note.net, tax=-note.tax, cost=-note.cost,
        ref_line_id=keys.ids(chunk.number, note.line), changed_at=note.made,
    )  # fmt: skip
    return stack(lines, returned)
