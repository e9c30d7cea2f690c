"""Leads arrive by channel and campaign and are worked at once, late, or never."""

import numpy as np

from demo_company.days import SECONDS, Calendar, day_of, moment, office, workday
from demo_company.draws import Draws
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, maybe
from demo_company.world import World

HOUR = 3600


def simulate_leads(plan: Plan, size: int, world: World, calendar: Calendar, draws: Draws) -> Rows:
    """One row per lead: who, when, and what becomes of it. ``delay_days`` is the wait for the first contact."""
    settings = plan.settings
    per_month = (size * settings["lead_rate"] * calendar.season + draws.uniform("lead.count", len(calendar))).astype(
        np.int64
    )
    month = np.repeat(np.arange(len(calendar)), per_month)
    count = len(month)
    length = (calendar.end - calendar.start)[month]
    created_day = calendar.start[month] + (draws.uniform("lead.day", count) * length).astype(np.int64)
    created = moment(created_day, (8 * HOUR + draws.uniform("lead.second", count) * 13 * HOUR).astype(np.int64))
    order = np.lexsort([created])
    month, created_day, created = month[order], created_day[order], created[order]
    channel = draws.choice("lead.channel", list(settings["channels"].values()), count)
    leads = Rows(
        month=month,
        created=created,
        channel=channel,
        campaign=campaign_of(world, channel, created_day, draws),
        owner=draws.whole("lead.owner", 0, len(world.reps) - 1, count),
        existing=draws.chance("lead.existing", settings["lead_existing"], count),
    )
    return work(plan, leads, world, draws)


def campaign_of(world: World, channel: np.ndarray, day: np.ndarray, draws: Draws) -> np.ndarray:
    """The running campaign of the lead's channel, for two leads out of three; NULL otherwise."""
    found = np.full(len(day), NULL)
    for number, name, start, end, customers in zip(
        *(world.campaigns.columns[c] for c in ("number", "channel", "starts", "ends", "to_customers")), strict=True
    ):
        if not customers:
            found[(channel == world.channels.index(name)) & (day >= start) & (day <= end + 10)] = number
    return maybe(draws.chance("lead.campaign", 0.67, len(day)), found)


def work(plan: Plan, leads: Rows, world: World, draws: Draws) -> Rows:
    """First contact, qualification, conversion: a late call finds fewer who still want to talk."""
    settings = plan.settings
    count = len(leads)
    careless = world.reps.careless[leads.owner]
    forgotten = draws.chance("lead.forgotten", np.where(careless, 0.22, 0.05), count)
    hours = np.exp(np.where(careless, 3.6, 1.5) + 0.9 * draws.normal("lead.delay", count))
    contacted = leads.created + (hours * HOUR).astype(np.int64) + 300
    evening = (contacted + 8 * HOUR) % SECONDS // HOUR
    night = (evening < 8) | (evening > 20)
    morning = moment(workday(day_of(contacted) + (evening > 20)), office(draws.uniform("lead.morning", count)))
    contacted = np.where(night, np.maximum(morning, leads.created + 300), contacted)
    delay_days = (contacted - leads.created) / SECONDS
    quality = np.array([settings["channel_quality"][c] for c in world.channels])[leads.channel]
    wish = settings["qualify"] * quality * np.exp(-0.10 * np.minimum(delay_days, 15))
    reachable = ~forgotten
    qualifies = reachable & draws.chance("lead.qualify", np.minimum(wish, 0.95), count)
    qualified = contacted + ((0.2 + 5 * draws.uniform("lead.qualified", count)) * SECONDS).astype(np.int64)
    converts = qualifies & draws.chance("lead.convert", 0.78, count) & ~leads.existing
    converted = qualified + ((0.1 + 3 * draws.uniform("lead.converted", count)) * SECONDS).astype(np.int64)
    gives_up = reachable & ~converts & draws.chance("lead.close", 0.85, count)
    closed = np.where(qualifies, qualified, contacted) + (
        (6 + 34 * draws.uniform("lead.closed", count)) * SECONDS
    ).astype(np.int64)
    return leads.add(
        forgotten=forgotten,
        delay_days=np.where(forgotten, 30.0, delay_days),
        contacted=maybe(reachable, contacted),
        qualified=maybe(qualifies, qualified),
        converted=maybe(converts, converted),
        closed=maybe(gives_up, closed),
        disqualified=draws.chance("lead.disqualified", 0.35, count),
    )
