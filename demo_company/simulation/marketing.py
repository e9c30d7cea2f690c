"""Campaign members with a control arm, what the treated then order, clicks, and calls and visits."""

import numpy as np

from demo_company.days import SECONDS, Calendar, moment, office
from demo_company.draws import Draws
from demo_company.rows import NULL, Rows, full, maybe, stack
from demo_company.world import World

TREATED, CONTROL, EXCLUDED = 1, 2, 3
CALL, EMAIL, MEETING, VISIT, MESSAGE, DEMO = range(1, 7)


def make_members(parties: Rows, spells: Rows, leads: Rows, old: int, world: World, draws: Draws) -> tuple[Rows, Rows]:
    """Campaign members, and the orders that the treatment caused (party, day). The control arm gets nothing."""
    members, responses = [], []
    count = len(parties)
    for number in np.flatnonzero(world.campaigns.to_customers).tolist():
        start = int(world.campaigns.starts[number])
        living = np.unique(spells.party[(spells.start < start - 30) & (spells.end > start)])
        living = living[draws.uniform("member.chosen", count, number)[living] < 0.16]
        arm = 1 + draws.choice("member.arm", [0.68, 0.26, 0.06], count, number)[living]
        time = moment(start + draws.whole("member.day", 0, 4, count, number)[living], 10 * 3600)
        treated = arm == TREATED
        reacts = treated & (draws.uniform("member.reacts", count, number)[living] < 0.24)
        reply = time + ((0.2 + 5 * draws.uniform("member.reply", count, number)[living]) * SECONDS).astype(np.int64)
        buys = treated & (draws.uniform("member.buys", count, number)[living] < 0.09)
        day = start + 6 + draws.whole("member.order", 0, 24, count, number)[living]
        ends = np.full(count, 0)
        np.maximum.at(ends, spells.party, np.minimum(spells.end, 2**40))
        buys &= day < ends[living]
        responses.append(Rows(party=living[buys], day=day[buys]))
        members.append(
            Rows(campaign=full(len(living), number), party=living, lead=full(len(living), NULL), arm=arm,
                 assigned=moment(full(len(living), start - 2), 9 * 3600), touched=maybe(treated, time),
                 responded=maybe(reacts, reply))
        )  # fmt: skip
    mine = np.flatnonzero(leads.campaign != NULL)
    created = leads.created[mine]
    members.append(
        Rows(campaign=leads.campaign[mine], party=full(len(mine), NULL), lead=mine, arm=full(len(mine), TREATED),
             assigned=created, touched=created, responded=created + 60)
    )  # fmt: skip
    empty = Rows(party=np.zeros(0, dtype=np.int64), day=np.zeros(0, dtype=np.int64))
    return stack(*members).by_time("assigned"), stack(empty, *responses)


def make_engagements(parties: Rows, lives_orders: Rows, leads: Rows, rate: float, draws: Draws) -> Rows:
    """Visits and views on the web: of leads (their earlier visits become known when they write) and of customers."""
    count = len(leads)
    seen = np.flatnonzero(draws.chance("web.lead", min(0.9, rate + 0.3), count))
    before = leads.created[seen] - (draws.uniform("web.before", count)[seen] * 9 * SECONDS).astype(np.int64)
    index = np.flatnonzero(draws.chance("web.order", rate, len(lives_orders)))
    day = lives_orders.day[index] + draws.whole("web.day", 0, 3, len(lives_orders))[index]
    time = moment(day, office(draws.uniform("web.second", len(lives_orders))[index]))
    visit = stack(
        Rows(lead=seen, party=full(len(seen), NULL), time=before, made=leads.created[seen],
             kind=full(len(seen), 1)),
        Rows(lead=full(len(index), NULL), party=lives_orders.party[index], time=time, made=time,
             kind=1 + draws.choice("web.kind", [0.35, 0.2, 0.45], len(lives_orders))[index]),
    )  # fmt: skip
    return visit.by_time("made", "time")


def make_activities(parties: Rows, contacts: Rows, leads: Rows, opportunities: Rows, draws: Draws) -> Rows:
    """Calls, visits, mails: to customers, to leads, and one per stage of an opportunity."""
    worked = np.flatnonzero(leads.contacted != NULL)
    nothing = full(len(worked), NULL)
    parts = [
        Rows(party=contacts.party, lead=full(len(contacts), NULL), opportunity=full(len(contacts), NULL),
             time=contacts.time),
        Rows(party=nothing, lead=worked, opportunity=nothing, time=leads.contacted[worked]),
    ]  # fmt: skip
    for stage in (1, 2, 3, 4):
        time = opportunities.columns[f"entered_{stage}"]
        here = np.flatnonzero(time != NULL)
        parts.append(
            Rows(party=opportunities.party[here], lead=full(len(here), NULL), opportunity=here,
                 time=time[here] + 2 * 3600)
        )  # fmt: skip
    rows = stack(*parts).by_time("time")
    count = len(rows)
    kind = 1 + draws.choice("activity.kind", [0.42, 0.17, 0.10, 0.14, 0.13, 0.04], count)
    automated = (kind == EMAIL) & draws.chance("activity.automated", 0.4, count) & (rows.lead == NULL)
    outcome = np.where(kind == EMAIL, 3, np.where(draws.chance("activity.missed", 0.2, count), 2, 1))
    late = np.where(draws.chance("activity.late", 0.02, count), draws.whole("activity.late_days", 1, 4, count), 0)
    made = rows.time + 900 + late * SECONDS
    deleted = draws.chance("activity.deleted", 0.01, count)
    return rows.add(
        kind=kind, automated=automated, outcome=np.where(automated, 4, outcome), made=made,
        inbound=draws.chance("activity.inbound", 0.22, count) & (rows.lead == NULL) & ~automated,
        minutes=draws.whole("activity.minutes", 3, 75, count),
        gone=maybe(deleted, made + draws.whole("activity.gone", 2, 20, count) * SECONDS),
    )  # fmt: skip


def marketing_costs(world: World, calendar: Calendar, customers: int, draws: Draws) -> Rows:
    """Spend per campaign in three instalments, and a running cost per channel and month (cents)."""
    campaigns = world.campaigns
    parts = []
    for part, share in enumerate((40, 35, 25)):
        day = campaigns.starts + part * 12
        parts.append(Rows(campaign=campaigns.number, day=day, amount=campaigns.budget * share // 100,
                          channel=np.array([world.channels.index(c) for c in campaigns.channel],
                          dtype=np.int64)))  # fmt: skip
    for channel in range(len(world.channels)):
        jitter = 0.8 + 0.4 * draws.uniform("spend.base", len(calendar), channel)
        amount = np.round(max(customers, 60) * 2.4 * jitter).astype(np.int64) * 100
        parts.append(Rows(campaign=full(len(calendar), NULL), day=calendar.start + 14, amount=amount,
                          channel=full(len(calendar), channel)))  # fmt: skip
    return stack(*parts).by_time("day")
