"""Tickets, events, time entries and ratings of the service desk as of a moment."""

import numpy as np

from demo_company.rows import NULL, Rows, full, known, latest, maybe, texts
from demo_company.simulation.chunk import Chunk
from demo_company.simulation.service import ASSIGNED, BY_ACCOUNT, BY_CODE, BY_NOBODY, TOPICS
from demo_company.tables import keys
from demo_company.world import World

KINDS = ["咨询", "故障", "投诉", "退换", "其他"]
CHANNELS = ["phone", "email", "wechat", "web"]
STATES = {0: None, 2: "open", 4: "solved", 5: "closed"}


def users(chunk: Chunk, cut: int) -> Rows:
    """Who has ever written; the e-mail address is that of the person in purchasing."""
    here = np.unique(chunk.tickets.party[chunk.tickets.created < cut])
    p = chunk.parties.take(here)
    return Rows(user_no=p.gid + 1, user_name=p.person, mail=p.email, phone=p.phone)


def tickets(chunk: Chunk, world: World, cut: int) -> Rows:
    """States: 2 open, 3 waiting for the customer, 4 solved, 5 closed."""
    every = chunk.tickets
    here = np.flatnonzero(every.created < cut)
    t = every.take(here)
    p = chunk.parties.take(t.party)
    replied, closed = known(cut, t.replied), known(cut, t.closed)
    open_again = known(cut, t.reopened) & ~known(cut, t.solved)
    solved = known(cut, t.resolved) & ~open_again
    state = np.where(closed, 5, np.where(solved, 4, np.where(open_again, 2, np.where(replied, 3, 2))))
    when = np.where(known(cut, t.solved), t.solved, t.resolved)
    topic = texts([TOPICS[k] for k in t.topic.tolist()])
    by_account, by_code = t.reach == BY_ACCOUNT, t.reach == BY_CODE
    merged = maybe(t.merged, previous(every)[here])
    return Rows(
        ticket_no=keys.ids(chunk.number, here), acc_ref=maybe(by_account, keys.text_of(keys.account(p.gid))),
        cust_no=maybe(by_code, keys.customer_codes(p.gid)), user_no=maybe(t.reach != BY_NOBODY, p.gid + 1),
        subject=topic, body=texts([f"{x}, 请尽快处理" if n % 2 else None for n, x in zip(here.tolist(), topic,
        strict=True)]),
        topic=topic, ticket_kind=texts([KINDS[k] for k in t.kind.tolist()]),
        via=texts([CHANNELS[c] for c in t.channel.tolist()]), prio=t.priority + 1, state=state,
        agent_no=np.where((t.passed_on == NULL) | known(cut, t.passed_on), t.agent, t.first_agent) + 1,
        matnr=maybe(t.kind == 1, world.products.code[t.product]), merged_into=keys.ids(chunk.number, merged),
        opened_at=t.created, sla_at=t.due, first_reply_at=maybe(replied, t.replied), solved_at=maybe(solved, when),
        closed_at=maybe(closed, t.closed), reopen_count=known(cut, t.reopened).astype(np.int64),
        updated_at=latest(cut, t.created, t.passed_on, t.replied, t.resolved, t.reopened, t.solved, t.closed),
    )  # fmt: skip


def previous(tickets: Rows) -> np.ndarray:
    """Position of the same party's ticket before this one; NULL for a first ticket."""
    order = np.lexsort([tickets.created, tickets.party])
    before = np.r_[NULL, order[:-1]]
    same = np.r_[False, tickets.party[order][1:] == tickets.party[order][:-1]]
    result = np.full(len(tickets), NULL)
    result[order] = np.where(same, before, NULL)
    return result


def events(chunk: Chunk, cut: int) -> Rows:
    here = np.flatnonzero(chunk.events.time < cut)
    event = chunk.events.take(here)
    assigned = event.kind == ASSIGNED
    agent = np.where(assigned, event.old, chunk.tickets.agent[event.ticket] + 1)
    return Rows(
        event_no=keys.ids(chunk.number, here), ticket_no=keys.ids(chunk.number, event.ticket),
        event_kind=event.kind + 1,
        by_whom=event.actor + 1, old=written(event.kind, event.old), new=written(event.kind, event.new),
        at=event.time, agent_no=maybe(event.actor == 0, agent),
    )  # fmt: skip


def written(kind: np.ndarray, values: np.ndarray) -> np.ndarray:
    """A state by its name, an agent by his number; None for neither."""
    pairs = zip((kind == ASSIGNED).tolist(), values.tolist(), strict=True)
    return texts([(str(v) if v else None) if assigned else STATES[v] for assigned, v in pairs])


def worklogs(chunk: Chunk, cut: int) -> Rows:
    here = np.flatnonzero(chunk.worklogs.made < cut)
    log = chunk.worklogs.take(here)
    ticket = chunk.tickets.take(log.ticket)
    gid = chunk.parties.gid[ticket.party]
    return Rows(
        log_no=keys.ids(chunk.number, here), ticket_no=keys.ids(chunk.number, log.ticket),
        acc_ref=maybe(ticket.reach == BY_ACCOUNT, keys.text_of(keys.account(gid))),
        cust_no=maybe(ticket.reach == BY_CODE, keys.customer_codes(gid)), agent_no=ticket.agent + 1,
        minutes=log.minutes, worked=log.day, created_at=log.made,
    )  # fmt: skip


def ratings(chunk: Chunk, cut: int) -> Rows:
    here = np.flatnonzero(chunk.ratings.sent < cut)
    rating = chunk.ratings.take(here)
    back = known(cut, rating.answered)
    return Rows(
        rating_no=keys.ids(chunk.number, here), ticket_no=keys.ids(chunk.number, rating.ticket), asked_at=rating.sent,
        answered_at=maybe(back, rating.answered), stars=maybe(back, rating.score), remark=full(len(here), None),
    )  # fmt: skip
