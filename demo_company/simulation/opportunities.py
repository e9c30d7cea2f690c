"""Opportunities pass four stages, may skip one, and end won, lost or dropped."""

import numpy as np

from demo_company.days import SECONDS, day_of, moment, office, workday
from demo_company.draws import Draws
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, full, maybe, stack
from demo_company.world import DROPPED, LOST, WON, World

NEW, EXPANSION, RENEWAL = 1, 2, 3
DWELL_DAYS = [6.0, 10.0, 9.0, 12.0]
PRICE, COMPETITOR, BUDGET, TOO_LATE, NO_FIT = range(5)


def pursue(
    plan: Plan, world: World, draws: Draws, name: str, created: np.ndarray, owner: np.ndarray, delay_days: np.ndarray
) -> Rows:
    """Walks each opportunity from creation to its end.

    Returns entered_1..entered_4 (NULL: skipped or not reached), outcome, closed, loss_reason, reached, requested
    (moment of the quote request, NULL when it did not come so far).
    """
    count = len(created)
    rates = plan.settings["stage_pass"]
    skill = np.where(world.reps.careless[owner], 0.90, 1.03) if count else np.zeros(0)
    entered = [created]
    alive = np.ones(count, dtype=bool)
    reached = np.ones(count, dtype=np.int64)
    closed = created.copy()
    clock = created
    for stage in range(4):
        dwell = DWELL_DAYS[stage] * draws.gamma(f"{name}.dwell", 2.0, count, stage)
        dwell *= np.where(world.reps.careless[owner], 1.35, 1.0)
        clock = clock + (dwell * SECONDS).astype(np.int64) + 900
        ahead = np.minimum(rates[stage] * skill * np.exp(-0.012 * np.minimum(delay_days, 20)), 0.97)
        passes = alive & draws.chance(f"{name}.pass", ahead, count, stage)
        closed = np.where(alive, in_office(clock, draws, name, stage), closed)
        if stage < 3:
            skip = passes & draws.chance(f"{name}.skip", 0.06, count, stage) & (stage < 2)
            entered.append(maybe(passes & ~skip, clock))
            reached = np.where(passes, stage + 2, reached)
        alive = passes
    outcome = np.where(alive, WON, np.where(draws.chance(f"{name}.drop", 0.16, count), DROPPED, LOST))
    late = (delay_days > 2.5) & draws.chance(f"{name}.late_reason", 0.45, count)
    reason = draws.choice(f"{name}.reason", [0.38, 0.30, 0.17, 0.0, 0.15], count)
    return Rows(
        entered_1=entered[0],
        entered_2=entered[1],
        entered_3=entered[2],
        entered_4=entered[3],
        outcome=outcome,
        closed=closed,
        reached=reached,
        loss_reason=np.where(outcome == LOST, np.where(late, TOO_LATE, reason), NULL),
    )


def in_office(time: np.ndarray, draws: Draws, name: str, stage: int) -> np.ndarray:
    """The same day in office hours, never earlier than the given moment's day."""
    second = office(draws.uniform(f"{name}.close_time", len(time), stage))
    return np.maximum(moment(workday(day_of(time)), second), time)


def first_sales(plan: Plan, world: World, draws: Draws, leads: Rows) -> Rows:
    """The opportunities of converted leads; where a profile has no stages, a conversion is a sale."""
    position = np.flatnonzero(leads.converted != NULL)
    base = leads.take(position)
    owner = base.owner
    if plan.settings["stage_pass"]:
        result = pursue(plan, world, draws, "first", base.converted, owner, base.delay_days)
    else:
        count = len(position)
        nothing = full(count, NULL)
        result = Rows(
            entered_1=base.converted, entered_2=nothing, entered_3=nothing, entered_4=nothing,
            outcome=np.full(count, WON), closed=base.converted, reached=np.ones(count, dtype=np.int64),
            loss_reason=nothing,
        )  # fmt: skip
    return result.add(
        created=base.converted,
        lead=position,
        owner=owner,
        channel=base.channel,
        campaign=base.campaign,
        kind=np.full(len(position), NEW),
    )


def stage_log(deals: Rows) -> Rows:
    """Every entry into a stage, the closing one included: deal, stage (1-4, or the outcome), time."""
    parts = []
    for stage in (1, 2, 3, 4):
        time = deals.columns[f"entered_{stage}"]
        here = np.flatnonzero(time != NULL)
        parts.append(Rows(deal=here, stage=full(len(here), stage), time=time[here]))
    parts.append(Rows(deal=np.arange(len(deals)), stage=deals.outcome, time=deals.closed))
    return stack(*parts).by_time("time", "deal")


def quotes(deals: Rows, draws: Draws) -> Rows:
    """Quotes of deals that came to the quoting stage; every fourth is followed by a second version."""
    count = len(deals)
    asked = np.flatnonzero((deals.entered_3 != NULL) & (deals.kind != RENEWAL))
    hours = np.exp(2.6 + 0.9 * draws.normal("quote.delay", count))[asked]
    first = deals.entered_3[asked]
    sent = first + (np.minimum(hours, 300) * 3600).astype(np.int64)
    again = draws.chance("quote.again", 0.25, count)[asked]
    revised = sent + (1 + draws.whole("quote.revised", 0, 4, count)[asked]) * SECONDS
    again &= revised + 4 * 3600 < deals.closed[asked]
    one = Rows(deal=asked, version=full(len(asked), 1), asked=first, sent=sent, ended=np.where(again, revised, NULL))
    two = one.take(again)
    two.add(version=full(len(two), 2), asked=revised[again], sent=revised[again] + 4 * 3600, ended=full(len(two), NULL))
    return stack(one, two).by_time("asked", "deal")
