"""Service contracts: amended in their middle, and taken up again by customers who came back."""

import numpy as np
import pytest

from demo_company.days import NEVER, month_shift
from demo_company.rows import NULL
from demo_company.simulation.chunk import Chunk
from tests.demo_company.companies import company


@pytest.fixture(scope="module")
def large() -> Chunk:
    return company(customers=1500, months=36).chunk(0)


def test_an_amendment_stands_in_the_place_of_what_it_amends_from_its_first_day(large: Chunk) -> None:
    terms = large.contracts
    amendment = np.flatnonzero(terms.is_amendment)
    assert len(amendment) > 10
    amended = terms.amends[amendment]
    assert (terms.party[amended] == terms.party[amendment]).all()
    assert (terms.replaced[amended] == terms.starts[amendment]).all()
    assert (terms.ends[amended] == terms.ends[amendment]).all()
    assert (terms.value[amended] != terms.value[amendment]).any()
    assert (terms.signed[amendment] < terms.starts[amendment]).all()


def test_no_month_of_a_customer_is_billed_by_two_versions_of_a_contract(large: Chunk) -> None:
    bills = large.invoices.take(large.invoices.contract != NULL)
    for months in range(3):
        covered = bills.take(bills.months > months)
        month = np.stack([covered.party, month_shift(covered.date, months)])
        assert np.unique(month, axis=1).shape == month.shape
    replaced = large.contracts.replaced[bills.contract]
    assert ((replaced == NULL) | (bills.date < replaced)).all()


def test_what_is_renewed_is_the_last_version(large: Chunk) -> None:
    terms = large.contracts
    renewed = terms.renewed_from[terms.renewed_from != NULL]
    assert len(renewed) > 50
    assert (terms.replaced[renewed] == NULL).all()
    assert terms.is_amendment[renewed].any()


def test_a_customer_who_came_back_may_take_a_contract_again(large: Chunk) -> None:
    terms, spells = large.contracts, large.spells
    left = dict.fromkeys(terms.party.tolist(), NEVER)
    for party, end in zip(spells.party.tolist(), spells.end.tolist(), strict=True):
        left[party] = min(left.get(party, NEVER), end)
    first = terms.take((terms.renewed_from == NULL) & ~terms.is_amendment)
    again = [p for p, starts in zip(first.party.tolist(), first.starts.tolist(), strict=True) if starts > left[p]]
    assert again
    assert set(again) <= set(first.party[first.starts <= [left[p] for p in first.party.tolist()]].tolist())
