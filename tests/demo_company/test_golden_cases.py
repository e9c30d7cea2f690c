"""The worked examples hold in the documents that the simulation writes."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from demo_company.create import Company, create
from demo_company.days import to_date
from demo_company.rows import NULL, group_sum
from demo_company.simulation.chunk import Chunk
from tests.demo_company.companies import company


@pytest.fixture(scope="module")
def maker() -> tuple[Company, Chunk]:
    made = company(customers=3000, months=36)
    return made, made.chunk(0)


def year_sales(made: Company, chunk: Chunk) -> tuple[np.ndarray, np.ndarray]:
    """Billed net and cost per party in the last twelve months, in ledger cents."""
    last_year = made.calendar.as_of - 365
    inv = chunk.invoices.take(chunk.invoices.cancelled == NULL)
    inv = inv.take((inv.date > last_year) & (inv.date <= made.calendar.as_of))
    count = len(chunk.parties)
    return group_sum(inv.party, inv.ledger_net, count), group_sum(inv.party, inv.cost, count)


def days_to_collect(chunk: Chunk, party: int) -> float:
    applied = chunk.applied
    mine = applied.take(chunk.invoices.party[applied.invoice] == party)
    days = mine.day - chunk.invoices.date[mine.invoice]
    return float((days * mine.amount).sum() / mine.amount.sum())


def test_the_big_customer_brings_eight_percent_pays_after_ninety_days_and_is_twice_the_other(maker) -> None:
    made, chunk = maker
    sales, cost = year_sales(made, chunk)
    assert sales[0] == sales.max()
    assert 0.45 < sales[1] / sales[0] < 0.55
    assert round(1 - cost[0] / sales[0], 3) == 0.08
    assert 88 < days_to_collect(chunk, 0) < 93
    assert days_to_collect(chunk, 1) < 35


def test_he_takes_three_times_the_service_time_per_revenue(maker) -> None:
    made, chunk = maker
    sales, _ = year_sales(made, chunk)
    logs = chunk.worklogs.take(chunk.worklogs.day > made.calendar.as_of - 365)
    minutes = group_sum(chunk.tickets.party[logs.ticket], logs.minutes, len(chunk.parties))
    effort = (minutes[0] / minutes.sum()) / (sales[0] / sales.sum())
    assert 2.5 < effort < 3.5


def test_he_earns_less_than_the_one_of_half_his_size(maker) -> None:
    made, chunk = maker
    sales, cost = year_sales(made, chunk)
    logs = chunk.worklogs.take(chunk.worklogs.day > made.calendar.as_of - 365)
    tickets = chunk.tickets.take(logs.ticket)
    service = group_sum(tickets.party, logs.minutes * made.world.agents.hourly_cost[tickets.agent] // 60, len(sales))
    direct = group_sum(
        chunk.costs.party, chunk.costs.amount * (chunk.costs.day > made.calendar.as_of - 365), len(sales)
    )
    contribution = sales - cost - service - direct
    assert contribution[0] < contribution[1] / 2


def test_three_customers_bring_sixty_percent_of_sales_and_eighty_of_receivables(tmp_path: Path) -> None:
    create(tmp_path, profile="concentrated")
    truth = pd.read_parquet(tmp_path / "demo/truth/customer_months.parquet")
    giants = pd.read_parquet(tmp_path / "demo/truth/customers.parquet").query("golden_role == 'giant'").true_customer_id
    assert len(giants) == 3
    named = truth[truth.true_customer_id != "unassigned"]
    year = named[named.month_start > date(2025, 6, 30)]
    mine = year.true_customer_id.isin(giants)
    assert 0.58 < float(sum(year.revenue[mine]) / sum(year.revenue)) < 0.62
    closing = named[named.month_start == date(2026, 6, 1)]
    share = sum(closing.receivable_closing[closing.true_customer_id.isin(giants)]) / sum(closing.receivable_closing)
    assert 0.77 < float(share) < 0.83


@pytest.mark.parametrize(("profile", "customers"), [("twenty", 20), ("concentrated", 60), ("machine_maker", 500)])
def test_there_are_exactly_as_many_customers_as_asked_for(profile: str, customers: int) -> None:
    made = company(profile, customers=customers, months=36)
    parties = made.chunk(0).parties
    assert (parties.start <= made.calendar.as_of).sum() == customers


def test_the_shop_has_buyers_who_come_back_and_neither_contracts_nor_deals() -> None:
    made = company("shop", customers=300, months=24)
    chunk = made.chunk(0)
    orders = np.bincount(chunk.orders.party[chunk.orders.date <= made.calendar.as_of], minlength=len(chunk.parties))
    assert (orders[orders > 0] > 1).mean() > 0.5
    assert len(chunk.contracts) == 0
    assert len(chunk.quotes) == 0
    assert to_date(made.calendar.as_of) == date(2026, 6, 30)


def test_the_default_company_is_of_moderate_size(maker) -> None:
    _made, chunk = maker
    rows = sum(len(v) for v in vars(chunk).values() if hasattr(v, "columns"))
    assert 500_000 < rows < 800_000
