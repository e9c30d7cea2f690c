"""Leads, opportunities with their stages, quotes and contracts as of a moment."""

import numpy as np

from demo_company.days import day_of, moment
from demo_company.rows import NULL, Rows, full, known, latest, maybe, texts
from demo_company.simulation.chunk import Chunk
from demo_company.simulation.opportunities import NEW, RENEWAL
from demo_company.tables import keys
from demo_company.world import DROPPED, LOSS_REASONS, LOST, WON, World

STAGE_CODES = ["", "S1", "S2", "S3", "S4", "WIN", "LOSE", "DROP"]
WIN_PERCENT = [0, 20, 40, 60, 80, 100, 0, 0]


def leads(chunk: Chunk, world: World, cut: int) -> Rows:
    here = np.flatnonzero(chunk.leads.created < cut)
    lead = chunk.leads.take(here)
    party = chunk.parties.take(chunk.old + here)
    existing = (here * 7919) % max(chunk.old, 1)
    face = np.where(lead.existing, existing, chunk.old + here)
    p = chunk.parties.take(face)
    converted, closed = known(cut, lead.converted), known(cut, lead.closed)
    qualified = known(cut, lead.qualified)
    state = np.where(qualified, 1, 0)
    state = np.where(converted, 2, np.where(closed, np.where(lead.disqualified, 9, 3), state))
    first = np.full(len(chunk.leads), NULL)
    mine = np.flatnonzero(chunk.opportunities.kind == NEW)
    first[chunk.opportunities.lead[mine]] = mine
    has_stages = (chunk.opportunities.entered_3[mine] != NULL).any() if len(mine) else False
    deal = first[here] if has_stages else full(len(here), NULL)
    return Rows(
        lead_no=keys.lead_numbers(chunk.number, here), source_channel=lead.channel + 1,
        campaign_no=np.where(lead.campaign == NULL, NULL, lead.campaign + 1), owner_uid=keys.rep_user(lead.owner),
        lead_state=state, company=p.name if p.tax_id[:1].any() else full(len(here), None), person_name=p.person,
        mail=p.email, mobile=p.phone, created_on=lead.created,
        first_touch_on=maybe(known(cut, lead.contacted), lead.contacted),
        qualified_on=maybe(qualified, lead.qualified), converted_on=maybe(converted, lead.converted),
        to_acc_id=maybe(converted, keys.account(party.gid)),
        to_opp_id=maybe(converted, keys.ids(chunk.number, deal)),
        modified_on=latest(cut, lead.contacted, lead.qualified, lead.converted, lead.closed),
    )  # fmt: skip


def opportunities(chunk: Chunk, world: World, cut: int) -> Rows:
    """Profiles without stages have none. Lost ones stay as inactive rows."""
    deals = chunk.opportunities
    if not (deals.entered_3 != NULL).any():
        return Rows(opp_id=np.zeros(0, dtype=np.int64))
    here = np.flatnonzero(deals.created < cut)
    deal = deals.take(here)
    closed = known(cut, deal.closed)
    stage = np.ones(len(here), dtype=np.int64)
    for k in (2, 3, 4):
        stage = np.where(known(cut, deal.columns[f"entered_{k}"]), k, stage)
    # a price is agreed in S3; a deal that skips it has one from the next stage on
    priced = known(cut, deal.entered_3) | known(cut, deal.entered_4) | (closed & (deal.outcome == WON))
    final = np.where(closed, deal.outcome, stage)
    p = chunk.parties.take(deal.party)
    line = [world.products.line_name[f] for f in p.favourite.tolist()]
    return Rows(
        opp_id=keys.ids(chunk.number, here), acc_id=keys.account(p.gid),
        title=texts([f"{n} {x}" for n, x in zip(p.name, line, strict=True)]), owner_uid=keys.rep_user(deal.owner),
        opp_type=deal.kind, pipeline=full(len(here), "sales"), product_family=texts(line),
        source_channel=deal.channel + 1, campaign_no=np.where(deal.campaign == NULL, NULL, deal.campaign + 1),
        stage_code=texts([STAGE_CODES[s] for s in final.tolist()]),
        result_code=np.where(closed, deal.outcome - 4, 0), active=(~closed | (deal.outcome == WON)).astype(np.int64),
        amount=np.where(priced, deal.amount, deal.guess), cur=deal.currency,
        win_pct=np.array(WIN_PERCENT)[final] * 1000,
        expected_close=np.where(closed, day_of(deal.closed), day_of(deal.created) + 45), created_on=deal.created,
        closed_on=maybe(closed, deal.closed),
        lost_reason=texts([LOSS_REASONS[r] if c and r != NULL else None
                           for c, r in zip(closed.tolist(), deal.loss_reason.tolist(), strict=True)]),
        modified_on=latest(cut, deal.entered_2, deal.entered_3, deal.entered_4, deal.closed),
    )  # fmt: skip


def stage_log(chunk: Chunk, cut: int) -> Rows:
    log = chunk.stage_log
    here = np.flatnonzero(log.time < cut)
    row = log.take(here)
    deal = chunk.opportunities.take(row.deal)
    reached = [known(2**60, deal.columns[k]) & (row.time >= deal.columns[k]) for k in ("entered_3", "entered_4")]
    priced = reached[0] | reached[1] | (row.stage == WON)
    owner = keys.rep_user(deal.owner)
    return Rows(
        log_id=keys.ids(chunk.number, here), opp_id=keys.ids(chunk.number, row.deal),
        stage_code=texts([STAGE_CODES[s] for s in row.stage.tolist()]), entered_on=row.time,
        amount=np.where(priced, deal.amount, deal.guess), cur=deal.currency, owner_uid=owner, changed_by=owner,
    )  # fmt: skip


def quotes(chunk: Chunk, cut: int) -> Rows:
    here = np.flatnonzero(chunk.quotes.asked < cut)
    quote = chunk.quotes.take(here)
    deal = chunk.opportunities.take(quote.deal)
    sent, closed, ended = known(cut, quote.sent), known(cut, deal.closed), known(cut, quote.ended)
    after = np.select([deal.outcome == WON, deal.outcome == LOST, deal.outcome == DROPPED], [3, 4, 5])
    state = np.where(ended, 4, np.where(closed, after, np.where(sent, 2, 1)))
    return Rows(
        quote_id=keys.ids(chunk.number, here), opp_id=keys.ids(chunk.number, quote.deal),
        acc_id=keys.account(chunk.parties.gid[deal.party]), version_no=quote.version, asked_on=quote.asked,
        sent_on=maybe(sent, quote.sent), total=maybe(sent, np.where(quote.version == 1, deal.amount * 104 // 100,
        deal.amount)),
        cur=deal.currency, quote_state=state, created_on=quote.asked,
        modified_on=latest(cut, quote.sent, quote.ended, np.maximum(deal.closed, quote.asked)),
    )  # fmt: skip


def contracts(chunk: Chunk, cut: int) -> Rows:
    """Amounts in cents, per month (M), per year (Y) or for the whole term (T)."""
    signed = moment(chunk.contracts.signed, 14 * 3600)
    here = np.flatnonzero(signed < cut)
    term = chunk.contracts.take(here)
    p = chunk.parties.take(term.party)
    begun, over = moment(term.starts, 600), moment(term.ends + 1, 600)
    stopped = np.where(term.cancelled == NULL, NULL, moment(term.cancelled, 17 * 3600))
    state = np.where(known(cut, stopped), 8, np.where(over < cut, 3, np.where(begun < cut, 2, 1)))
    renewal = np.full(len(chunk.contracts), NULL)
    deals = np.flatnonzero(chunk.opportunities.kind == RENEWAL)
    renewal[chunk.opportunities.contract[deals]] = deals
    came_from = np.where(term.renewed_from == NULL, NULL, renewal[np.maximum(term.renewed_from, 0)])
    months = np.array([1, 12, 12])[term.basis]
    return Rows(
        agr_id=keys.ids(chunk.number, here), acc_id=keys.account(p.gid), opp_id=keys.ids(chunk.number, came_from),
        agr_no=keys.text_of(keys.ids(chunk.number, here), "HT-{:07d}"),
        agr_type=texts(np.where(term.is_amendment, "A", np.where(term.renewed_from != NULL, "R", "N")).tolist()),
        prev_agr_id=keys.ids(chunk.number, term.renewed_from), amends_agr_id=keys.ids(chunk.number, term.amends),
        signed_on=signed[here], begins=term.starts,
        ends=term.ends,
        amount_fen=term.value * months, price_per=texts([("M", "Y", "T")[b] for b in term.basis.tolist()]),
        cur=p.currency, recurring=full(len(here), 1), product_family=full(len(here), "安装服务"),
        owner_uid=keys.rep_user(p.owner), agr_state=state, stopped=maybe(known(cut, stopped), term.cancelled),
        created_on=signed[here], modified_on=latest(cut, np.maximum(begun, signed[here]), stopped,
                                                     np.where(term.cancelled == NULL, over, NULL)),
    )  # fmt: skip
