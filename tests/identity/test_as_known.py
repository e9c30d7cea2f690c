"""Who was who at an earlier moment."""

from datetime import datetime

from identity.as_known import history_as_known, homes_as_known
from identity.keys import Home
from identity.store import Interval, Membership

A, B, C = (("erp", "erp_customers", key) for key in "abc")
JUNE, JULY, AUGUST = datetime(2026, 6, 30), datetime(2026, 7, 31), datetime(2026, 8, 31)
K1, K2 = Membership("C1", "first_sight", 1.0, "", True), Membership("C2", "first_sight", 1.0, "", True)


def home(key, seen, founds=True):
    return Home(key, founds, datetime(2024, 1, 1), seen)


def test_a_merge_of_later_had_not_happened():
    history = [Interval(A, JUNE, None, K1), Interval(B, JUNE, AUGUST, K2), Interval(B, AUGUST, None, K1)]
    assert history_as_known(history, JULY, {A, B}) == [Interval(A, JUNE, None, K1), Interval(B, JUNE, None, K2)]


def test_an_interval_that_had_ended_stays_ended():
    history = [Interval(B, JUNE, JULY, K2), Interval(B, JULY, None, K1)]
    assert history_as_known(history, AUGUST, {B}) == history


def test_records_that_were_not_known_have_no_key():
    homes = {A: home("C1", JUNE), B: home("C2", AUGUST), C: home("C3", JUNE)}
    assert set(homes_as_known(homes, JULY, {A, B})) == {A}


def test_a_home_whose_founder_was_not_known_is_none():
    """The record was given it later: then it gets that of its group again."""
    homes = {A: home("C2", JUNE, founds=False), B: home("C2", AUGUST), C: home("C3", JUNE)}
    assert set(homes_as_known(homes, JULY, {A, B, C})) == {C}
