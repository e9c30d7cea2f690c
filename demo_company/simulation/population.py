"""Every company (or person) that the chunk ever meets: first the customers of old, then one per new lead."""

import numpy as np

from demo_company import names
from demo_company.days import NEVER, Calendar, day_of
from demo_company.days import number as day_number
from demo_company.draws import Draws
from demo_company.plan import CHUNK_SPAN, Plan
from demo_company.rows import NULL, Rows, full, texts
from demo_company.world import WON, World

# How the ERP customer and the CRM account of one company can be linked.
BY_ACCOUNT_ID, BY_ERP_CODE, BY_TAX_ID, BY_NAME, BY_EMAIL, NOT_EXACTLY = range(6)
THREE_WAYS = (5, 10, 15, 20)  # customers whose name is written in three ways
LINK_WEIGHTS = [0.62, 0.15, 0.12, 0.06, 0.04, 0.01]


def customers_of_old(plan: Plan, size: int, first_sales: Rows) -> int:
    """How many customers there were at the start, so that there are exactly ``size`` at the end of the creation."""
    end = day_number(plan.created_until) + 1
    won = (first_sales.outcome == WON) & (day_of(first_sales.closed) < end)
    return max(int(size - won.sum()), 3)


def populate(plan: Plan, chunk: int, old: int, leads: Rows, sales: Rows, world: World, calendar: Calendar) -> Rows:
    """One row per party. ``start`` is the day it became a customer (NEVER for those who did not)."""
    draws = Draws(plan.seed, chunk)
    settings = plan.settings
    count = old + len(leads)
    number = np.arange(count)
    start = np.full(count, NEVER)
    start[:old] = calendar.first
    sold = sales.outcome == WON
    start[old + sales.lead[sold]] = day_of(sales.closed[sold])
    owner = np.concatenate([draws.whole("old.owner", 0, len(world.reps) - 1, old), leads.owner])
    channel = np.concatenate([draws.choice("old.channel", list(settings["channels"].values()), old), leads.channel])
    currency = full(count, "CNY")
    uniform = draws.uniform("currency", count)
    currency[uniform < settings["foreign_share"]["USD"]] = "USD"
    currency[uniform > 1 - settings["foreign_share"]["EUR"]] = "EUR"
    parties = Rows(
        number=number,
        gid=chunk * CHUNK_SPAN + number,
        start=start,
        known_since=np.where(number < old, calendar.first - draws.whole("old.age", 40, 2900, count), NULL),
        owner=owner,
        channel=channel,
        currency=currency,
        region=draws.choice("region", names.REGION_WEIGHTS, count),
        industry=draws.whole("industry", 0, len(names.INDUSTRIES) - 1, count),
        trade=draws.whole("trade", 0, len(names.TRADES) - 1, count),
        size=np.exp(0.75 * draws.normal("size", count)),
        rhythm=np.exp(0.45 * draws.normal("rhythm", count)),
        slow_served=draws.chance("slow", settings["slow_share"], count),
        neglected=world.reps.careless[owner],
        terms=np.array(settings["collection"]["terms"])[
            draws.choice("terms", settings["collection"]["weights"], count)
        ],
        lateness=settings["collection"]["lateness"]
        + settings["collection"]["spread"] * draws.normal("lateness", count),
        need=draws.gamma("need", 1.6, count),
        has_contract=draws.chance("contract", settings["contract_share"], count),
        favourite=draws.whole("favourite", 0, len(world.products) - 1, count),
        discount=np.round(draws.uniform("discount", count) * 12).astype(np.int64),
        margin=np.full(count, np.nan),
        link=draws.choice("link", LINK_WEIGHTS, count),
        second_code=draws.chance("second_code", 0.012 if settings["kind"] == "b2b" else 0.0, count),
        twin_account=draws.chance("twin_account", 0.020, count),
        merged_twin=draws.chance("merged_twin", 0.4, count),
        moved=calendar.first + draws.whole("moved", 0, 40 * 365, count),
    )
    parties.add(next_owner=(parties.owner + 6) % len(world.reps))
    return identify(plan, draws, golden(plan, parties))


def golden(plan: Plan, parties: Rows) -> Rows:
    """The customers of the worked examples, as the first ones of the first chunk."""
    if parties.gid[0] != 0:
        return parties
    for who in (number for number in THREE_WAYS if number < len(parties)):
        parties.currency[who], parties.link[who] = "CNY", BY_TAX_ID
        parties.twin_account[who], parties.second_code[who] = True, False
    case = plan.settings["golden"]
    if case == "big_and_poor":
        # 8 % margin, 90 days to collect, three times the service time; beside him one of half his size.
        fix(parties, 0, size=14.0, rhythm=0.18, margin=0.08, terms=60, need=0.0)
        fix(parties, 1, size=6.6, rhythm=0.18, margin=0.34, terms=30, need=0.5)
        parties.lateness[:2] = [30.0, 0.0]
    if case == "three_giants":
        for giant, size in enumerate((11.6, 10.3, 9.2)):
            fix(parties, giant, size=size, rhythm=0.30, terms=90, need=0.8)
            parties.lateness[giant] = 12.0
    return parties


def fix(parties: Rows, who: int, **traits: float) -> None:
    for name, value in traits.items():
        parties.columns[name][who] = value
    parties.currency[who] = "CNY"
    parties.slow_served[who] = False
    parties.neglected[who] = False
    parties.has_contract[who] = False
    parties.link[who] = BY_ACCOUNT_ID


def identify(plan: Plan, draws: Draws, parties: Rows) -> Rows:
    """Names, cities, tax ids, e-mail addresses and telephone numbers; unique per party."""
    count = len(parties)
    pick = draws.uniform("city", count)
    city = texts([c[int(u * len(c))] for c, u in zip(
        [names.REGIONS[names.REGION_NAMES[r]] for r in parties.region.tolist()], pick.tolist(),
        strict=True)])  # fmt: skip
    person = names.people(draws.uniform("person", count))
    gid = parties.gid.tolist()
    if plan.settings["kind"] == "b2c":
        by_mail = np.isin(parties.link, [BY_TAX_ID, BY_NAME])  # persons share names and have no tax id
        parties.columns["link"] = np.where(by_mail, BY_EMAIL, parties.link)
    if plan.settings["kind"] == "b2b":
        name = names.company_names(chunk_number(parties.gid), city, parties.trade, plan.seed)
        abroad = parties.currency != "CNY"
        name[abroad] = names.foreign_names(parties.gid[abroad], parties.currency[abroad])
        city[abroad] = np.where(parties.currency[abroad] == "USD", "Chicago", "Hamburg")
        domain = [f"c{g:07d}.example" for g in gid]
        tax = texts([f"9131{g * 7919 % 100_000_000:08d}{g:06X}"[:18] for g in gid])
    else:
        name, domain = person, ["mail.example"] * count
        tax = full(count, None)
    return parties.add(
        name=name, city=city, person=person, tax_id=tax,
        country=texts([{"CNY": "CN", "USD": "US", "EUR": "DE"}[c] for c in parties.currency]),
        email=texts([f"u{g:07d}@{d}" if d == "mail.example" else f"purchase@{d}" for g, d in zip(gid, domain,
        strict=True)]),
        phone=texts([f"1{3 + g % 7}{(g * 48271 + 123_450_613) % 1_000_000_000:09d}" for g in gid]),
    )  # fmt: skip


def chunk_number(gid: np.ndarray) -> np.ndarray:
    """A dense number per party: the global number without the wide gaps between chunks."""
    return gid // CHUNK_SPAN * 60_000 + gid % CHUNK_SPAN
