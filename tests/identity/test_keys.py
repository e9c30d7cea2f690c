from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from identity.history import changed_intervals, merged_history
from identity.keys import assign, founding_key
from identity.store import Membership
from tests.identity.identity_builders import account, customer

DAY = datetime(2026, 1, 1)
ALL = [account("a", 1), customer("E", 2), account("b", 3), customer("F", 4)]
BY_ID = {record.id: record for record in ALL}
A, E, B, F = (record.id for record in ALL)


class Company:
    """Runs assign day after day, as the store would."""

    def __init__(self):
        self.homes, self.present, self.day = {}, {}, DAY

    def see(self, *groups):
        self.day += timedelta(days=1)
        records = {member: BY_ID[member] for group in groups for member in group}
        result = assign([sorted(group) for group in groups], records, self.homes, self.present, self.day)
        self.homes |= result.new_homes
        self.present = result.key_of
        return result.key_of


def test_a_key_comes_from_the_earliest_member_and_is_never_computed_again():
    company = Company()
    first = company.see([A, E])
    assert first[A] == first[E] == founding_key(A)
    assert company.see([A, E]) == first
    later = company.see([A, E, B])
    assert later[A] == later[B] == first[A]


def test_a_merge_keeps_the_older_key_and_a_split_gives_the_other_back():
    company = Company()
    company.see([B, F])
    before = company.see([B, F], [A, E])
    merged = company.see([A, B, E, F])
    assert set(merged.values()) == {before[B]}  # B's key was assigned first, though A's record is older
    assert company.see([A, E], [B, F]) == before


def test_records_parted_that_were_together_from_the_start_get_one_new_key():
    company = Company()
    together = company.see([A, E])
    apart = company.see([A], [E])
    assert apart[A] == together[A]
    assert apart[E] == founding_key(E)
    assert company.see([A], [E]) == apart
    assert set(company.see([A, E]).values()) == {together[A]}


def test_a_record_that_left_its_source_stays_with_its_customer():
    company = Company()
    company.see([A, E], [B])
    company.see([A, B, E])
    gone = company.see([A, E])
    assert gone[B] == gone[A]


@given(st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=1, max_size=6))
def test_whatever_happens_two_customers_never_share_a_key_and_an_equal_run_changes_nothing(days):
    company = Company()
    for labels in days:
        groups = [[record for record, label in zip(BY_ID, labels, strict=True) if label == n] for n in range(3)]
        groups = [group for group in groups if group]
        keys = company.see(*groups)
        assert len({keys[group[0]] for group in groups}) == len(groups)
        assert all(len({keys[member] for member in group}) == 1 for group in groups)
        assert company.see(*groups) == keys


def test_a_taken_key_is_drawn_again():
    assert founding_key(A, {founding_key(A)}) != founding_key(A)


def _membership(key, rule="first_sight"):
    return Membership(key, rule, 1.0, "", True)


def test_history_closes_the_old_interval_when_the_customer_changes():
    past = changed_intervals([], {A: _membership("C1")}, DAY)
    assert changed_intervals(past, {A: _membership("C1")}, DAY + timedelta(days=1)) == []
    changes = changed_intervals(past, {A: _membership("C2")}, DAY + timedelta(days=1))
    complete = merged_history(past, changes)
    assert [(one.membership.key, one.valid_from, one.valid_to) for one in complete] == [
        ("C1", DAY, DAY + timedelta(days=1)),
        ("C2", DAY + timedelta(days=1), None),
    ]


def test_a_change_within_the_moment_of_the_interval_replaces_it():
    past = changed_intervals([], {A: _membership("C1")}, DAY)
    complete = merged_history(past, changed_intervals(past, {A: _membership("C2")}, DAY))
    assert [(one.membership.key, one.valid_from) for one in complete] == [("C2", DAY)]
