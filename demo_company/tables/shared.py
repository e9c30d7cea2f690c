"""What belongs to no single customer: people, products, campaigns, spend, rates, company postings."""

import numpy as np

from demo_company import names
from demo_company.days import Calendar, moment
from demo_company.draws import Draws
from demo_company.plan import Plan
from demo_company.rows import NULL, Rows, full, stack, texts
from demo_company.simulation import ledger
from demo_company.simulation.marketing import marketing_costs
from demo_company.tables import keys
from demo_company.tables.crm_sales import STAGE_CODES, WIN_PERCENT
from demo_company.tables.erp_money import journal_rows
from demo_company.tables.plans import budgets, goals
from demo_company.world import World

STAGE_RESULTS = [0, 0, 0, 0, 0, 1, 2, 3]


def crm_tables(plan: Plan, world: World, calendar: Calendar) -> dict[str, Rows]:
    campaigns = world.campaigns.take(moment(world.campaigns.starts - 2, 0) < calendar.cut)
    count = len(campaigns)
    number = np.array([world.channels.index(c) + 1 for c in campaigns.channel], dtype=np.int64)
    spend = marketing_costs(world, calendar, plan.customers, Draws(plan.seed, -1))
    spent = spend.take(moment(spend.day, 20 * 3600) < calendar.cut)
    tables = {
        "res_user": users(world, calendar),
        "campaign": Rows(
            campaign_no=campaigns.number + 1,
            title=texts([f"{c} 第{n + 1}期" for n, c in zip(campaigns.number.tolist(), campaigns.channel,
            strict=True)]),
            source_channel=number,
            theme=texts(["老客户回馈" if t else "新品推广" for t in campaigns.to_customers.tolist()]),
            begins=campaigns.starts, ends=campaigns.ends, budget=campaigns.budget, cur=full(count, "CNY"),
            created_on=moment(campaigns.starts - 2, 0), modified_on=full(count, NULL),
        ),
        "marketing_spend": Rows(
            spend_id=np.arange(len(spent)) + 1, campaign_no=np.where(spent.campaign == NULL, NULL, spent.campaign + 1),
            source_channel=spent.channel + 1, spend_day=spent.day, amount=spent.amount, cur=full(len(spent), "CNY"),
        ),
        "sales_goal": goals(plan, world, calendar),
    }  # fmt: skip
    if plan.settings["stage_pass"]:
        stages = np.arange(1, 8)
        tables["sales_stage"] = Rows(
            stage_code=texts(STAGE_CODES[1:]), pipeline=full(7, "sales"), seq=stages,
            result_code=np.array(STAGE_RESULTS[1:]), win_pct=np.array(WIN_PERCENT[1:]) * 1000,
        )  # fmt: skip
    return tables


def users(world: World, calendar: Calendar) -> Rows:
    """A head of sales, six managers, and the sales people."""
    reps = world.reps
    region = texts([names.REGION_NAMES[r] for r in reps.region.tolist()])
    six = np.arange(6)
    rows = stack(
        Rows(uid=np.array([1]), rep_code=texts([None]), display_name=texts(["赵立新"]), team_name=texts([None]),
             boss_uid=np.array([NULL])),
        Rows(uid=six + 11, rep_code=full(6, None), display_name=texts([f"{r}经理" for r in names.REGION_NAMES]),
             team_name=texts(names.REGION_NAMES), boss_uid=full(6, 1)),
        Rows(uid=keys.rep_user(reps.number), rep_code=texts([keys.rep_code(n) for n in reps.number.tolist()]),
             display_name=reps.name, team_name=region, boss_uid=reps.region + 11),
    )  # fmt: skip
    return rows.add(
        login_mail=texts([f"user{u}@demo-company.example" for u in rows.uid.tolist()]),
        dept=full(len(rows), "销售部"),
        active=full(len(rows), 1),
        write_date=moment(full(len(rows), calendar.first - 30), 36_000),
    )


def erp_tables(plan: Plan, world: World, calendar: Calendar) -> dict[str, Rows]:
    products, rates = world.products, world.rates.take(world.rates.day < calendar.as_of + 1)
    count = len(products)
    return {
        "material": Rows(
            matnr=products.code, maktx=products.name, line=products.line_name, category=products.category,
            list_price=products.price, std_cost=products.cost, waers=full(count, "CNY"),
            discontinued=texts(["X" if n % 16 == 15 else "" for n in products.number.tolist()]),
            changed_at=moment(full(count, calendar.first - 60), 30_000),
        ),
        "fx_rate": Rows(from_cur=rates.currency, to_cur=full(len(rates), "CNY"), valid_day=rates.day, rate=rates.rate),
        "budget_line": budgets(plan, calendar),
    }  # fmt: skip


def desk_tables(plan: Plan, world: World, calendar: Calendar) -> dict[str, Rows]:
    agents = world.agents
    count = len(agents)
    return {
        "agent": Rows(
            agent_no=agents.number + 1, agent_name=agents.name,
            mail=texts([f"agent{n + 1}@demo-company.example" for n in agents.number.tolist()]),
            squad=texts(["二线" if n < world.slow_agents else "一线" for n in agents.number.tolist()]),
            cost_per_hour=agents.hourly_cost, cur=full(count, "CNY"),
        )
    }  # fmt: skip


def company_postings(plan: Plan, world: World, calendar: Calendar) -> Rows:
    """Postings without a customer: pay, rent, marketing, and a manual accrual at each quarter's end (posted late)."""
    book = ledger.Ledger()
    months = np.arange(len(calendar))
    last = calendar.end - 1
    pay = [
        (ledger.SELLING, len(world.reps) * 13_500_00), (ledger.SERVICE, len(world.agents) * 11_800_00),
        (ledger.OVERHEAD, plan.customers * 310_00),
    ]  # fmt: skip
    for account, amount in pay:
        both_sides(book, account, ledger.CASH, last, full(len(months), amount), moment(last, 70_000), "HRM", months)
    spend = marketing_costs(world, calendar, plan.customers, Draws(plan.seed, -1))
    both_sides(book, ledger.MARKETING, ledger.CASH, spend.day, spend.amount, moment(spend.day, 72_000), "MKT",
               np.arange(len(spend)))  # fmt: skip
    quarter = months[np.array([d.month % 3 == 0 for d in calendar.dates])]
    accrual = full(len(quarter), plan.customers * 20_00)
    day = last[quarter]
    both_sides(book, ledger.DEFERRED, ledger.OTHER_REVENUE, day, accrual, moment(day + 3, 36_000), "MAN", quarter)
    both_sides(book, ledger.OTHER_REVENUE, ledger.DEFERRED, day + 5, accrual, moment(day + 5, 36_000), "MAN", quarter)
    rows = book.rows()
    return rows.take(rows.made < calendar.cut)


def both_sides(
    book: ledger.Ledger, debit: int, credit: int, day: np.ndarray, amount: np.ndarray, made: np.ndarray, document: str,
    row: np.ndarray,
) -> None:  # fmt: skip
    book.post(debit, day, amount, made=made, document=document, row=row)
    book.post(credit, day, -amount, made=made, document=document, row=row)


def company_journal(postings: Rows) -> Rows:
    """The company's postings as journal rows, in a number range of their own."""
    count = len(postings)
    return journal_rows(
        keys.SHARED_IDS + np.arange(count) + 1, postings.day, postings.account, full(count, None), postings.amount,
        postings.document, keys.text_of(postings.row + 1), full(count, None), postings.made,
    )  # fmt: skip
