"""Behaviour has causes: switched off, the difference in churn is gone."""

import numpy as np
import pytest

from demo_company.plan import Causes
from demo_company.rows import NULL
from demo_company.simulation.chunk import Chunk
from tests.demo_company.companies import company


def left(chunk: Chunk, group: np.ndarray) -> float:
    """Share of the customers of old in the group who have left."""
    gone = np.zeros(len(chunk.parties), dtype=bool)
    gone[chunk.spells.party[chunk.spells.reason != NULL]] = True
    old = np.arange(len(chunk.parties)) < chunk.old
    return float(gone[old & group].mean())


@pytest.fixture(scope="module")
def with_causes() -> Chunk:
    return company(customers=3000, months=30).chunk(0)


@pytest.fixture(scope="module")
def without_causes() -> Chunk:
    return company(customers=3000, months=30, causes=Causes(slow_service=False, late_contact=False)).chunk(0)


@pytest.mark.parametrize("trait", ["slow_served", "neglected"])
def test_customers_who_are_served_badly_leave_more_often(with_causes: Chunk, trait: str) -> None:
    bad = with_causes.parties.columns[trait]
    assert left(with_causes, bad) > 1.4 * left(with_causes, ~bad)


@pytest.mark.parametrize("trait", ["slow_served", "neglected"])
def test_without_the_causes_the_difference_disappears(without_causes: Chunk, trait: str) -> None:
    bad = without_causes.parties.columns[trait]
    assert abs(left(without_causes, bad) - left(without_causes, ~bad)) < 0.04


def test_one_cause_can_be_switched_off_alone() -> None:
    only_late = company(customers=2000, months=30, causes=Causes(slow_service=False)).chunk(0)
    slow, late = only_late.parties.slow_served, only_late.parties.neglected
    assert abs(left(only_late, slow & ~late) - left(only_late, ~slow & ~late)) < 0.05
    assert left(only_late, late) > 1.4 * left(only_late, ~late)


def test_service_stays_slow_when_it_does_no_harm(without_causes: Chunk) -> None:
    tickets = without_causes.tickets.take(without_causes.tickets.answered)
    hours = (tickets.replied - tickets.created) / 3600
    slow = without_causes.parties.slow_served[tickets.party]
    assert np.median(hours[slow]) > 5 * np.median(hours[~slow])


def test_leads_that_are_called_late_become_customers_less_often(with_causes: Chunk) -> None:
    leads = with_causes.leads.take(~with_causes.leads.existing)
    converted = leads.converted != NULL
    assert converted[leads.delay_days < 1].mean() > 1.3 * converted[leads.delay_days > 4].mean()
    assert not converted[leads.forgotten].any()


def test_who_was_treated_in_a_campaign_orders_more_than_the_control_arm(with_causes: Chunk) -> None:
    members = with_causes.members.take(with_causes.members.party != NULL)
    orders = set(zip(with_causes.orders.party.tolist(), with_causes.orders.date.tolist(), strict=True))
    start = (members.assigned + 8 * 3600) // 86_400
    bought = np.array(
        [
            any((p, d) in orders for d in range(s, s + 35))
            for p, s in zip(members.party.tolist(), start.tolist(), strict=True)
        ]
    )
    assert bought[members.arm == 1].mean() > bought[members.arm == 2].mean() + 0.03
