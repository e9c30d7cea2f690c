"""Tickets, what happened to them, the hours they took, and what customers said about it."""

import numpy as np

from demo_company.days import SECONDS, day_of, moment, office
from demo_company.draws import Draws
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, full, maybe, stack
from demo_company.world import World

HOUR = 3600
QUESTION, INCIDENT, COMPLAINT, RETURN, OTHER = range(5)
REPLY, NOTE, REOPENED, STATUS, ASSIGNED, ASKED = range(6)
TOPICS = ["交付延迟", "质量问题", "安装调试", "备件", "发票", "使用咨询"]
BY_ACCOUNT, BY_CODE, BY_EMAIL, BY_NOBODY = range(4)


def make_tickets(plan: Plan, parties: Rows, tickets: Rows, world: World, draws: Draws) -> Rows:
    """One row per ticket with the moments of its life; slow ones wait days instead of hours."""
    rows = tickets.by_time("created")
    count = len(rows)
    slow = rows.slow
    kind = np.where(
        slow & draws.chance("ticket.angry", 0.45, count),
        COMPLAINT,
        draws.choice("ticket.kind", [0.38, 0.34, 0.10, 0.08, 0.10], count),
    )
    priority = draws.choice("ticket.priority", [0.2, 0.5, 0.22, 0.08], count)
    wait = np.exp(np.where(slow, 3.75, 1.1) + 0.7 * draws.normal("ticket.wait", count))
    replied = rows.created + (np.minimum(wait, 400) * HOUR).astype(np.int64) + 120
    answered = ~draws.chance("ticket.silent", np.where(slow, 0.05, 0.008), count)
    work = np.exp(np.where(slow, 4.2, 2.9) + 0.8 * draws.normal("ticket.work", count))
    resolved = replied + (np.minimum(work, 900) * HOUR).astype(np.int64)
    reopened = draws.chance("ticket.reopened", np.where(slow, 0.12, 0.03), count) & answered
    reopened_at = resolved + (draws.uniform("ticket.reopen_day", count) * 4 * SECONDS).astype(np.int64) + HOUR
    solved_again = reopened_at + (draws.gamma("ticket.again", 2.0, count) * 30 * HOUR).astype(np.int64)
    last = np.where(reopened, solved_again, resolved)
    agent = np.where(
        slow | parties.slow_served[rows.party],
        draws.whole("ticket.slow_agent", 0, world.slow_agents - 1, count),
        draws.whole("ticket.agent", world.slow_agents, len(world.agents) - 1, count),
    )
    # what the first line cannot solve is passed on, mostly to the slow second line
    first = draws.whole("ticket.first_agent", world.slow_agents, len(world.agents) - 1, count)
    passed_on = draws.chance("ticket.passed_on", np.where(slow, 0.35, 0.05), count) & answered & (first != agent)
    golden = ~np.isnan(parties.margin[rows.party]) & (parties.need[rows.party] == 0)
    minutes = (12 + 55 * draws.gamma("ticket.minutes", 1.7, count)).astype(np.int64)
    return rows.add(
        kind=kind, priority=priority, agent=agent, answered=answered, topic=draws.whole("ticket.topic", 0, 5, count),
        channel=draws.choice("ticket.channel", [0.42, 0.30, 0.20, 0.08], count),
        replied=maybe(answered, replied), resolved=maybe(answered, resolved), reopened=maybe(reopened, reopened_at),
        solved=maybe(answered, last), closed=maybe(answered, last + 3 * SECONDS),
        due=rows.created + np.array([72, 48, 24, 8])[priority] * HOUR,
        minutes=np.where(golden, 3 * minutes, minutes), parts=draws.chance("ticket.parts", 0.16, count),
        reach=draws.choice("ticket.reach", [0.46, 0.30, 0.21, 0.03], count),
        merged=draws.chance("ticket.merged", 0.006, count),
        product=draws.whole("ticket.product", 0, len(world.products) - 1, count),
        first_agent=np.where(passed_on, first, agent), passed_on=maybe(passed_on, (rows.created + replied) // 2),
    )  # fmt: skip


def make_events(tickets: Rows, draws: Draws) -> Rows:
    """Replies, notes, status changes; in the order in which they happened."""
    everyone = np.arange(len(tickets))

    def happening(kind: int, actor: int, time: np.ndarray, old: int | np.ndarray, new: int | np.ndarray) -> Rows:
        here = np.flatnonzero(time != NULL)
        count = len(here)
        before, after = (full(count, x) if isinstance(x, int) else x[here] for x in (old, new))
        return Rows(
            ticket=everyone[here], kind=full(count, kind), actor=full(count, actor), time=time[here],
            old=before, new=after,
        )  # fmt: skip

    note = maybe(draws.chance("event.note", 0.3, len(tickets)) & tickets.answered, tickets.replied - 60)
    second = maybe(draws.chance("event.second", 0.35, len(tickets)) & tickets.answered, tickets.resolved - 300)
    first_agent, agent = tickets.first_agent + 1, tickets.agent + 1
    return stack(
        happening(ASSIGNED, 2, tickets.created + 120, 0, first_agent),
        happening(ASSIGNED, 0, tickets.passed_on, first_agent, agent),
        happening(NOTE, 0, note, 0, 0),
        happening(REPLY, 0, tickets.replied, 0, 0),
        happening(REPLY, 0, second, 0, 0),
        happening(STATUS, 0, tickets.resolved, 2, 4),
        happening(REOPENED, 1, tickets.reopened, 4, 2),
        happening(STATUS, 0, maybe(tickets.reopened != NULL, tickets.solved), 2, 4),
        happening(STATUS, 2, tickets.closed, 4, 5),
    ).by_time("time", "ticket")


def make_worklogs(parties: Rows, tickets: Rows, draws: Draws) -> Rows:
    """Time entries: the ticket's minutes, in one or two parts; some are entered days later."""
    count = len(tickets)
    split = draws.chance("work.split", 0.25, count) & tickets.answered
    first = np.where(split, tickets.minutes * 6 // 10, tickets.minutes)
    day = np.where(tickets.answered, day_of(tickets.replied), day_of(tickets.created) + 1)
    late = np.where(draws.chance("work.late", 0.03, count), draws.whole("work.late_days", 2, 5, count), 0)
    made = moment(day + late, 19 * HOUR)
    again = np.flatnonzero(split)
    return stack(
        Rows(ticket=np.arange(count), minutes=first, day=day, made=made),
        Rows(ticket=again, minutes=(tickets.minutes - first)[again], day=day_of(tickets.resolved)[again],
             made=moment(day_of(tickets.resolved)[again], 19 * HOUR + 60)),
    ).by_time("made", "ticket")  # fmt: skip


def make_ratings(tickets: Rows, draws: Draws) -> Rows:
    """Answers to the question after a ticket (1 to 5); slow service is punished."""
    count = len(tickets)
    asked = tickets.answered & draws.chance("rating.asked", 0.30, count)
    mood = draws.normal("rating.mood", count)
    score = np.clip(np.round(np.where(tickets.slow, 2.3, 4.4) + 0.9 * mood), 1, 5).astype(np.int64)
    sent = tickets.solved + HOUR
    answers = draws.chance("rating.answered", 0.6, count)
    back = sent + (draws.gamma("rating.delay", 1.5, count) * 20 * HOUR).astype(np.int64)
    index = np.flatnonzero(asked)
    return Rows(
        ticket=index, sent=sent[index], answered=maybe(answers, back)[index], score=maybe(answers, score)[index]
    ).by_time("sent")


def make_nps(parties: Rows, spells: Rows, months: np.ndarray, draws: Draws) -> Rows:
    """A recommendation question (0 to 10) to a twelfth of the customers each quarter."""
    parts = []
    for month in range(2, len(months), 3):
        day = months[month]
        living = np.unique(spells.party[(spells.start < day) & (spells.end > day)])
        chosen = living[draws.uniform("nps.chosen", len(parties), month)[living] < 0.10]
        mood = draws.normal("nps.mood", len(parties), month)[chosen]
        score = np.clip(np.round(np.where(parties.slow_served[chosen], 6.0, 8.4) + 1.5 * mood), 0, 10).astype(np.int64)
        answers = draws.uniform("nps.answers", len(parties), month)[chosen] < 0.5
        delay = draws.whole("nps.delay", 1, 9, len(parties), month)[chosen]
        sent = moment(full(len(chosen), int(day) + 4), 10 * HOUR)
        back = moment(day + 4 + delay, office(draws.uniform("nps.time", len(parties), month)[chosen]))
        parts.append(Rows(party=chosen, sent=sent, answered=maybe(answers, back), score=maybe(answers, score)))
    empty = np.zeros(0, dtype=np.int64)
    return stack(*parts) if parts else Rows(party=empty, sent=empty, answered=empty, score=empty)
