"""What all customers share: sales people, agents, products, campaigns, stages, exchange rates."""

from dataclasses import dataclass

import numpy as np

from demo_company import days, names
from demo_company.draws import Draws
from demo_company.exchange_rates import rates_of
from demo_company.plan import Plan
from demo_company.rows import Rows, texts

STAGES = ["S1", "S2", "S3", "S4"]
WON, LOST, DROPPED = 5, 6, 7  # stage numbers after the four open ones
LOSS_REASONS = ["价格", "竞争对手", "预算取消", "联系太晚", "需求不符"]
B2B_LINES = [
    ("包装机", "整机", 38, 0.66, 1.0), ("输送线", "整机", 26, 0.68, 0.8), ("备件", "配件", 1.1, 0.52, 0.06),
    ("耗材", "配件", 0.6, 0.58, 0.04), ("控制系统", "电气", 9, 0.60, 0.3), ("安装服务", "服务", 3.2, 0.70, 0.1),
]  # fmt: skip
B2C_LINES = [("厨房", "家居", 0.9, 0.55, 1), ("清洁", "家居", 0.4, 0.50, 1), ("数码", "电器", 2.4, 0.70, 1),
             ("母婴", "日用", 0.7, 0.48, 1), ("户外", "日用", 1.3, 0.52, 1)]  # fmt: skip


@dataclass(frozen=True)
class World:
    reps: Rows
    agents: Rows
    products: Rows
    campaigns: Rows
    rates: Rows
    channels: list[str]
    slow_agents: int


def build(plan: Plan, calendar: days.Calendar) -> World:
    """The shared part of the company as far as the calendar reaches."""
    draws = Draws(plan.seed, -1)
    settings = plan.settings
    agents = agents_of(plan, draws)
    return World(
        reps=reps_of(plan, draws),
        agents=agents,
        products=products_of(plan, draws),
        campaigns=campaigns_of(plan, calendar, draws),
        rates=rates_of(calendar, draws),
        channels=list(settings["channels"]),
        slow_agents=max(1, int(len(agents) * settings["slow_share"])),
    )


def reps_of(plan: Plan, draws: Draws) -> Rows:
    """Sales people: six regions, every fourth one careless (contacts leads and customers late)."""
    count = int(np.clip(plan.customers // 75, 3, 400))
    number = np.arange(count)
    careless = number % 4 == 2
    if plan.settings["careless_share"] == 0:
        careless[:] = False
    return Rows(
        number=number, region=number % 6, careless=careless, name=names.people(draws.uniform("rep.name", count))
    )


def agents_of(plan: Plan, draws: Draws) -> Rows:
    """Service people; the first ones form the slow second-line team. Hourly cost in cents."""
    count = int(np.clip(plan.customers // 180, 3, 300))
    return Rows(
        number=np.arange(count),
        name=names.people(draws.uniform("agent.name", count)),
        hourly_cost=draws.whole("agent.cost", 75, 140, count) * 100,
    )


def products_of(plan: Plan, draws: Draws) -> Rows:
    """Products with list price and standard cost in cents, and how often they are ordered (weight)."""
    lines = B2B_LINES if plan.settings["kind"] == "b2b" else B2C_LINES
    rows = []
    for line, (name, category, price, cost, _) in enumerate(lines):
        for item in range(8):
            rows.append((line, f"{name}{item + 1:02d}型", name, category, price * (0.6 + 0.13 * item), cost))
    count = len(rows)
    scale = 1000_00 if plan.settings["kind"] == "b2b" else 100_00
    jitter = draws.uniform("product.cost", count)
    price = np.array([r[4] for r in rows])
    cost = np.array([r[5] for r in rows]) + 0.08 * (jitter - 0.5)
    cents = (np.round(price * scale / 100) * 100).astype(np.int64)
    return Rows(
        number=np.arange(count),
        line=np.array([r[0] for r in rows]),
        code=texts([f"{'P' if scale > 20000 else 'G'}{r[0] + 1}{i % 8 + 1:03d}" for i, r in enumerate(rows)]),
        name=texts([r[1] for r in rows]),
        line_name=texts([r[2] for r in rows]),
        category=texts([r[3] for r in rows]),
        price=cents,
        cost=np.round(cents * cost).astype(np.int64),
    )


def campaigns_of(plan: Plan, calendar: days.Calendar, draws: Draws) -> Rows:
    """Campaigns in the order of their start; every second one addresses existing customers (budget in cents)."""
    a_year = plan.settings["campaigns_per_year"]
    months = [m for m in range(len(calendar)) if (m + 1) * a_year // 12 > m * a_year // 12]
    count = len(months)
    channels = [c for c in plan.settings["channels"] if c not in ("referral", "phone", "partner")]
    starts = calendar.start[months] + draws.whole("campaign.start", 2, 12, count)
    return Rows(
        number=np.arange(count),
        month=np.array(months, dtype=np.int64),
        channel=texts([channels[k % len(channels)] for k in range(count)]),
        to_customers=np.arange(count) % 2 == 1,
        starts=starts,
        ends=starts + draws.whole("campaign.length", 18, 40, count),
        budget=draws.whole("campaign.budget", 8, 40, count) * max(plan.customers, 60) * 100,
    )
