"""The months of customers' lives: orders in their own rhythm, tickets, visits, and why they leave."""

from dataclasses import dataclass

import numpy as np

from demo_company.days import NEVER, SECONDS, Calendar, moment, office
from demo_company.draws import Draws
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, full

SLOW_SERVICE, LATE_CONTACT, PRICE, COMPETITOR, CLOSED = range(5)
REASONS = ["slow_service", "late_contact", "price", "competitor", "closed_business"]
KEY_ACCOUNT_SIZE = 2.2
SERVICE_HOG = 3.6  # tickets a month of the customer who earns less than one half his size


@dataclass
class Lives:
    """Events by month, in the order in which they were drawn."""

    orders: Rows  # party, day
    tickets: Rows  # party, created, slow
    contacts: Rows  # party, time
    expansions: Rows  # party, created
    spells: Rows  # party, start, end (day on which it left; NEVER), reason


class Log:
    """Collects event columns month by month."""

    def __init__(self, *names: str) -> None:
        self.parts: dict[str, list[np.ndarray]] = {name: [] for name in names}

    def add(self, **columns: np.ndarray) -> None:
        for name, values in columns.items():
            self.parts[name].append(values)

    def rows(self) -> Rows:
        return Rows(**{n: np.concatenate(p) if p else np.zeros(0, dtype=np.int64) for n, p in self.parts.items()})


def live(plan: Plan, parties: Rows, old: int, lead_months: np.ndarray, calendar: Calendar, draws: Draws) -> Lives:
    """Month by month over all parties known by then, so that a longer calendar only adds."""
    settings = plan.settings
    count = len(parties)
    known_by = old + np.searchsorted(lead_months, np.arange(len(calendar)), side="right")
    start, end = parties.start.copy(), np.full(count, NEVER)
    # A customer of half the usual size orders less often, a large one more often.
    interval = np.clip(settings["order_interval_days"] * parties.rhythm / np.sqrt(parties.size), 9, 700)
    if settings["golden"] == "big_and_poor":
        interval[:2] = 21.0
    next_order = np.where(
        np.arange(count) < old, start + draws.uniform("life.first", count) * interval, start + 0.7 * interval
    )
    visit_days = np.where(parties.size > KEY_ACCOUNT_SIZE, *settings["contact_days"].values())
    visit_days = visit_days * np.where(parties.neglected, 2.5, 1.0)
    next_visit = np.where(start == NEVER, NEVER, start) + draws.uniform("life.first_visit", count) * visit_days
    slow_memory = np.zeros(count)
    log = {n: Log("party", "day") for n in ("orders",)} | {
        "tickets": Log("party", "created", "slow"),
        "contacts": Log("party", "time"),
        "expansions": Log("party", "created"),
        "spells": Log("party", "start", "end", "reason"),
    }
    for month in range(len(calendar)):
        n = int(known_by[month])
        first, last = int(calendar.start[month]), int(calendar.end[month])
        alive = (start[:n] < last) & (end[:n] == NEVER)
        leaves, reason = departures(plan, parties, slow_memory, alive & (start[:n] < first - 45), n, month, draws)
        end[:n][leaves] = first + (draws.uniform("life.left", n, month)[leaves] * (last - first)).astype(np.int64)
        log["spells"].add(
            party=np.flatnonzero(leaves), start=start[:n][leaves], end=end[:n][leaves], reason=reason[leaves]
        )
        until = np.minimum(end[:n], last)
        repeat(log["orders"], "day", next_order, alive, until, interval, calendar, month, draws, "order")
        repeat(log["contacts"], "time", next_visit, alive, until, visit_days, calendar, month, draws, "visit")
        slow_memory[:n] = 0.6 * slow_memory[:n] + tickets(
            plan, parties, log["tickets"], alive, start[:n], until, first, last, month, draws
        )
        expand(plan, log["expansions"], alive & (start[:n] < first - 90), first, until, n, month, draws)
        back = (end[:n] < first - 300) & draws.chance("life.back", 0.012, n, month)
        start[:n][back] = last + 5
        next_order[:n][back] = last + 5
        next_visit[:n][back] = last + 5
        slow_memory[:n][back] = 0
        end[:n][back] = NEVER
    living = np.flatnonzero((start < calendar.last) & (end == NEVER))
    log["spells"].add(party=living, start=start[living], end=end[living], reason=full(len(living), NULL))
    return Lives(**{name: part.rows() for name, part in log.items()})


def departures(
    plan: Plan, parties: Rows, slow_memory: np.ndarray, may: np.ndarray, n: int, month: int, draws: Draws
) -> tuple[np.ndarray, np.ndarray]:
    """Who leaves this month, and why: each cause adds to the monthly hazard."""
    settings = plan.settings
    base = settings["base_churn"]
    slow = base * settings["slow_service_effect"] * np.minimum(slow_memory[:n], 2.0) * plan.causes.slow_service
    late = base * settings["late_contact_effect"] * parties.neglected[:n] * plan.causes.late_contact
    hazard = base + slow + late
    loyal = np.arange(n) < (3 if parties.gid[0] == 0 and settings["golden"] != "none" else 0)
    leaves = may & ~loyal & draws.chance("life.leave", np.minimum(hazard, 0.5), n, month)
    share = draws.uniform("life.reason", n, month) * hazard
    other = PRICE + draws.choice("life.other", [0.4, 0.4, 0.2], n, month)
    reason = np.where(share < slow, SLOW_SERVICE, np.where(share < slow + late, LATE_CONTACT, other))
    return leaves, reason


def repeat(
    log: Log, name: str, due: np.ndarray, alive: np.ndarray, until: np.ndarray, interval: np.ndarray,
    calendar: Calendar, month: int, draws: Draws, kind: str,
) -> None:  # fmt: skip
    """Emits events while they fall due in this month; ``due`` (a day with fraction) moves on by a gamma interval."""
    n = len(alive)
    pace = calendar.season[month] if kind == "order" else 1.0
    for turn in range(60):
        hit = alive & (due[:n] < until)
        if not hit.any():
            return
        when = due[:n][hit]
        if name == "day":
            log.add(party=np.flatnonzero(hit), day=when.astype(np.int64))
        else:
            second = office(when - np.floor(when))
            log.add(party=np.flatnonzero(hit), time=moment(when.astype(np.int64), second))
        step = draws.gamma(f"life.{kind}", 4.0, n, month, turn) * interval[:n] / pace
        due[:n][hit] += np.maximum(step[hit], 1.0)


def tickets(
    plan: Plan, parties: Rows, log: Log, alive: np.ndarray, start: np.ndarray, until: np.ndarray,
    first: int, last: int, month: int, draws: Draws,
) -> np.ndarray:  # fmt: skip
    """Tickets of the month; returns how many of them were answered slowly, per party."""
    n = len(alive)
    rate = plan.settings["ticket_rate"] * parties.need[:n] * np.minimum(np.sqrt(parties.size[:n]), 3)
    if plan.settings["golden"] == "big_and_poor":
        rate[0] = SERVICE_HOG  # of three times the usual length each: three times the time per revenue
    number = np.where(alive, draws.generator("life.tickets", month).poisson(rate), 0)
    party = np.repeat(np.arange(n), number)
    day = first + draws.uniform("life.ticket_day", len(party), month) * (last - first)
    second = 7 * 3600 + draws.uniform("life.ticket_time", len(party), month) * 14 * 3600
    chance = np.where(parties.slow_served[party], 0.85, 0.05)
    slow = draws.chance("life.ticket_slow", chance, len(party), month)
    here = (day >= start[party]) & (day < until[party])
    log.add(
        party=party[here],
        created=moment(day[here].astype(np.int64), second[here].astype(np.int64)),
        slow=slow[here],
    )
    return np.bincount(party[here & slow], minlength=n)


def expand(
    plan: Plan, log: Log, alive: np.ndarray, first: int, until: np.ndarray, n: int, month: int, draws: Draws
) -> None:
    """Now and then a customer asks for more than usual: an opportunity of type expansion."""
    if not plan.settings["stage_pass"]:
        return
    wants = alive & draws.chance("life.expand", 0.012, n, month)
    day = first + (draws.uniform("life.expand_day", n, month) * 28).astype(np.int64)
    wants &= day < until
    log.add(party=np.flatnonzero(wants), created=day[wants] * SECONDS + 2 * 3600)
