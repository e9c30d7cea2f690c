"""What the company plans: goals in the CRM, budgets in the ERP."""

import numpy as np

from demo_company import names
from demo_company.days import Calendar
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, full, maybe, stack, texts
from demo_company.tables import keys
from demo_company.world import World


def monthly_revenue(plan: Plan) -> float:
    """The plan's expected monthly revenue in cents, for goals and budgets."""
    s = plan.settings
    return (
        plan.customers
        * 100
        * (s["order_value"] * 30 / s["order_interval_days"] * 1.9 + 0.2 * s["contract_month_value"])
    )


def goals(plan: Plan, world: World, calendar: Calendar) -> Rows:
    """Monthly goals: revenue in total, per team, region and sales person, new customers in total.

    Set on the first of the month; in the last month of a quarter the company's is revised ten days later.
    """
    base = monthly_revenue(plan) * calendar.season
    total = np.round(base / 1_000_000).astype(np.int64) * 1_000_000
    fresh = np.maximum(np.round(plan.customers * 0.0105 * calendar.season), 1).astype(np.int64) * 100
    reps = len(world.reps)
    each = np.maximum(total // reps // 100_000, 1) * 100_000
    in_team = np.bincount(world.reps.region, minlength=len(names.REGION_NAMES))
    late = np.array([day.month % 3 == 0 for day in calendar.dates]) & (calendar.start + 10 <= calendar.as_of)

    def rows(goal: np.ndarray, kind: int = 0, wait: int = 0, here: np.ndarray | None = None, **who: object) -> Rows:
        months = calendar.start if here is None else calendar.start[here]
        member = {"team_name": None, "owner_uid": NULL, "province": None} | who
        return Rows(
            kind=full(len(months), kind), month=months, set_on=months + wait,
            goal=goal if here is None else goal[here],
            **{name: full(len(months), value) for name, value in member.items()},
        )  # fmt: skip

    made = stack(
        rows(total), rows(fresh, kind=1),
        *(rows(each, owner_uid=keys.rep_user(number)) for number in range(reps)),
        *(rows(each * in_team[number], team_name=team)
          for number, team in enumerate(names.REGION_NAMES) if in_team[number]),
        *(rows(np.round(total * weight / 100_000).astype(np.int64) * 100_000, province=region)
          for region, weight in zip(names.REGION_NAMES, names.REGION_WEIGHTS, strict=True)),
        rows(total * 95 // 100, wait=10, here=late),
    ).by_time("set_on")  # fmt: skip
    count = len(made)
    return Rows(
        goal_id=np.arange(count) + 1, metric=texts([("net_revenue", "new_customers")[k] for k in made.kind.tolist()]),
        month=made.month, grain=full(count, "M"), team_name=made.team_name, owner_uid=made.owner_uid,
        province=made.province, goal=made.goal, cur=texts([("CNY", None)[k] for k in made.kind.tolist()]),
        set_on=made.set_on,
    )  # fmt: skip


def budgets(plan: Plan, calendar: Calendar) -> Rows:
    """Monthly budget of revenue (with the units behind it) and margin, in total and by region."""
    base = np.round(monthly_revenue(plan) * calendar.season / 100_000).astype(np.int64) * 100_000
    parts = []
    for metric, share in (("net_revenue", 100), ("gross_margin", 36)):
        values = [None, *names.REGION_NAMES]
        for value, weight in zip(values, [1.0, *names.REGION_WEIGHTS], strict=True):
            amount = np.round(base * (share * weight / 100) / 100).astype(np.int64) * 100
            units = np.round(amount / plan.settings["unit_price"] / 100).astype(np.int64) * 1000
            parts.append(Rows(metric=full(len(calendar), metric), day=calendar.start, value=full(len(calendar), value),
                              amount=amount, units=maybe(full(len(calendar), share == 100), units)))  # fmt: skip
    rows = stack(*parts).by_time("day")
    count = len(rows)
    return Rows(
        line_id=np.arange(count) + 1, metric=rows.metric, period_day=rows.day, grain=full(count, "M"),
        dim_name=texts([None if v is None else "region" for v in rows.value]), dim_value=rows.value, amount=rows.amount,
        menge=rows.units, waers=full(count, "CNY"), version=full(count, "V1"),
    )  # fmt: skip
